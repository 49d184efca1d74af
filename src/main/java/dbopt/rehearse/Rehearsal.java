package dbopt.rehearse;

import dbopt.queries.PlanVerdict;
import dbopt.terminal.Count;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The result of a rehearsal.
 *
 * @param server the server's version
 * @param without the qualified names of the indexes that were dropped
 * @param changes the changes of the statements, the worst first
 * @param uses which statements use each of these indexes
 * @param unknown what the twin lacked, with the reasons
 */
record Rehearsal(
        String server,
        List<String> without,
        Workload workload,
        List<StatementChange> changes,
        List<IndexUse> uses,
        Map<String, String> unknown,
        List<String> notes) {
    private static final int NAMED = 5;

    /** The text with which PostgreSQL 18 and later shorten a list of values in pg_stat_statements to its first value. */
    private static final String SHORTENED_LIST = "/*, ... */";

    /**
     * The statements that use an index.
     *
     * @param then the other indexes that these statements use without it
     */
    record IndexUse(String index, List<String> statements, double callsADay, SortedSet<String> then) {
        IndexUse {
            statements = List.copyOf(statements);
            then = new TreeSet<>(then);
        }
    }

    Rehearsal {
        without = List.copyOf(without);
        changes = changes.stream().sorted(StatementChange.WORST_FIRST).toList();
        uses = List.copyOf(uses);
        unknown = Map.copyOf(unknown);
        notes = List.copyOf(notes);
    }

    /** The indexes that were dropped, in words. */
    String withoutText() {
        return without.isEmpty() ? "no index" : String.join(", ", without);
    }

    /** Says in a sentence which statements use an index; of many statements it names a few. */
    String text(IndexUse use) {
        List<String> titles = changes.stream()
                .map(StatementChange::statement)
                .filter(statement -> use.statements().contains(statement.name()))
                .map(WorkloadStatement::title)
                .toList();
        return "%s serves %d of the statements%s%s."
                .formatted(
                        use.index(),
                        titles.size(),
                        titles.isEmpty()
                                ? ""
                                : " ("
                                        + String.join(", ", titles.subList(0, Math.min(NAMED, titles.size())))
                                        + (titles.size() > NAMED ? ", ..." : "") + ")",
                        use.then().isEmpty() ? "" : "; without it they use " + String.join(", ", use.then()));
    }

    /** The statements whose change is unknown. */
    List<StatementChange> unknownStatements() {
        return changes.stream()
                .filter(change -> change.verdict() == PlanVerdict.NOT_COMPARED)
                .toList();
    }

    List<PlanVerdict> verdicts() {
        return changes.stream().map(StatementChange::verdict).toList();
    }

    /**
     * The verdicts on which a rehearsal can fail. For counted statements these exclude the unknown ones, as a few are always
     * unknown.
     */
    List<PlanVerdict> verdictsThatCount() {
        return verdicts().stream()
                .filter(verdict -> workload.days().isEmpty() || verdict != PlanVerdict.NOT_COMPARED)
                .toList();
    }

    /** The verdict in words. A statement that cannot be planned in the twin is called unknown. */
    static String label(PlanVerdict verdict) {
        return verdict == PlanVerdict.NOT_COMPARED ? "unknown" : verdict.label();
    }

    /** The number of statements by verdict, the worst first, in a sentence. */
    String summary() {
        Map<PlanVerdict, Long> counts =
                changes.stream().collect(Collectors.groupingBy(StatementChange::verdict, Collectors.counting()));
        String said = counts.keySet().stream()
                .sorted(StatementChange.WORST_VERDICT_FIRST)
                .map(verdict -> counts.get(verdict) + " " + label(verdict))
                .collect(Collectors.joining("; "));
        return Count.of(changes.size(), "statement", "statements") + (said.isEmpty() ? "" : ": ") + said;
    }

    /** The share of the counted calls whose statements were planned; 1 if none was counted. */
    double shareOfCalls() {
        double all = workload.hiddenCalls()
                + workload.statements().stream()
                        .mapToLong(WorkloadStatement::calls)
                        .sum();
        double explained = explained().mapToLong(WorkloadStatement::calls).sum();
        return all == 0 ? 1 : explained / all;
    }

    /** The share of the time of all counted calls whose statements were planned; 1 if none was counted. */
    double shareOfTime() {
        double all = workload.hiddenMilliseconds()
                + workload.statements().stream()
                        .mapToDouble(WorkloadStatement::milliseconds)
                        .sum();
        double explained =
                explained().mapToDouble(WorkloadStatement::milliseconds).sum();
        return all == 0 ? 1 : explained / all;
    }

    private Stream<WorkloadStatement> explained() {
        return changes.stream()
                .filter(change -> change.verdict() != PlanVerdict.NOT_COMPARED)
                .map(StatementChange::statement);
    }

    /** Says how much of the counted work was planned, in sentences; empty for {@code db/queries}. */
    String coverage() {
        if (workload.days().isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "Explained: %.1f %% of the calls and %.1f %% of the time that pg_stat_statements has counted in %s.",
                100 * shareOfCalls(),
                100 * shareOfTime(),
                duration(workload.days().getAsDouble())));
        if (workload.hidden() > 0) {
            text.append(' ')
                    .append(Count.of(workload.hidden(), "text is", "texts are"))
                    .append(" hidden from this role (GRANT pg_read_all_stats shows them).");
        }
        if (workload.utility() > 0) {
            text.append(' ')
                    .append(Count.of(workload.utility(), "utility statement has", "utility statements have"))
                    .append(" no plan, and no part in this count.");
        }
        long shortened = workload.statements().stream()
                .filter(statement -> statement.sql().contains(SHORTENED_LIST))
                .count();
        if (shortened > 0) {
            text.append(' ')
                    .append(Count.of(shortened, "statement has", "statements have"))
                    .append(" a list of values of which PostgreSQL keeps only the first, so it is planned with one.");
        }
        if (workload.forgotten() > 0) {
            text.append(" Rarely called ones were discarded ")
                    .append(Count.of(workload.forgotten(), "time", "times"))
                    .append(" (pg_stat_statements.max).");
        }
        return text.toString();
    }

    private static String duration(double days) {
        return days < 1.0 / 24
                ? String.format(Locale.ROOT, "%.0f minutes", 24 * 60 * days)
                : days < 1
                        ? String.format(Locale.ROOT, "%.1f hours", 24 * days)
                        : String.format(Locale.ROOT, "%.1f days", days);
    }
}
