package dbopt.rehearse;

import dbopt.queries.ExplainedPlan;
import dbopt.terminal.Count;
import dbopt.terminal.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Compares the plans of the twin with those of the source. */
record Fidelity(String server, List<Pair> pairs) {
    /** The plans of one statement on both servers; empty if a server has none. */
    record Pair(String statement, Optional<ExplainedPlan> source, Optional<ExplainedPlan> twin, String reason) {
        static Pair of(WorkloadStatement statement, Planned source, Planned twin) {
            return new Pair(
                    statement.name(),
                    source.plans().values().stream().findFirst(),
                    twin.plans().values().stream().findFirst(),
                    source.unknown().or(twin::unknown).orElse(""));
        }

        boolean samePlan() {
            return source.isPresent() && twin.isPresent() && source.get().hasPlanOf(twin.get());
        }

        boolean sameRows() {
            return samePlan() && source.get().estimates().equals(twin.get().estimates());
        }
    }

    Fidelity {
        pairs = List.copyOf(pairs);
    }

    long samePlans() {
        return pairs.stream().filter(Pair::samePlan).count();
    }

    String text() {
        long rows = pairs.stream().filter(Pair::sameRows).count();
        String text =
                "PostgreSQL %s: of %s, %d have the same plan in the twin, and %d the same estimates of rows too.\n"
                        .formatted(server, Count.of(pairs.size(), "statement", "statements"), samePlans(), rows);
        TextTable table = new TextTable("statement", "differs in", ">cost", ">in the twin", "reason");
        List<Pair> different = pairs.stream().filter(pair -> !pair.sameRows()).toList();
        different.forEach(pair -> table.row(
                pair.statement(),
                pair.source().isEmpty() || pair.twin().isEmpty() ? "unknown" : pair.samePlan() ? "rows" : "plan",
                cost(pair.source()),
                cost(pair.twin()),
                pair.reason()));
        return text + (different.isEmpty() ? "" : table.text());
    }

    private static String cost(Optional<ExplainedPlan> plan) {
        return plan.map(known -> String.format(Locale.ROOT, "%,.2f", known.cost()))
                .orElse("-");
    }
}
