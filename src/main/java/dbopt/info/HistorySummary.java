package dbopt.info;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import dbopt.fleet.FleetView;
import java.util.Comparator;
import java.util.TreeMap;

/** Sums up the state of the migrations in one of many databases. */
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

    /**
     * Sorts databases whose history differs from the scripts first, then those with a failed migration, then those with a
     * pending one.
     */
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
