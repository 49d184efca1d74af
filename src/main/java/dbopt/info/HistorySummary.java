package dbopt.info;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import dbopt.fleet.FleetView;
import java.util.Comparator;
import java.util.TreeMap;

/** How far the migrations of one of many databases are. */
final class HistorySummary implements FleetView<HistoryReport> {
    @Override
    public String verdict(HistoryReport report) {
        String states =
                report.states().stream()
                        .collect(groupingBy(state -> state, TreeMap::new, counting()))
                        .entrySet()
                        .stream()
                        .map(state -> state.getValue() + " " + state.getKey())
                        .collect(joining(", "));
        String told = states.isEmpty() ? "no migration" : states;
        return report.isOfOtherScripts() ? "the scripts here are not those that were applied: " + told : told;
    }

    /** Where migrate would refuse, then where something failed, then where something waits. */
    @Override
    public Comparator<HistoryReport> worstFirst() {
        return comparing((HistoryReport report) -> !report.isOfOtherScripts())
                .thenComparing(report -> !has("fail", report))
                .thenComparing(report -> !has("pending", report));
    }

    private static boolean has(String state, HistoryReport report) {
        return report.states().stream().anyMatch(other -> other.contains(state));
    }
}
