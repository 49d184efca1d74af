package dbopt.rehearse;

import dbopt.queries.ExplainedPlan;
import dbopt.queries.PlanVerdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How the plan of one statement changes: the worst change among its plans.
 *
 * @param values the values that the plan was made for
 * @param detail what changes, or why the change is unknown; may be empty
 */
record StatementChange(
        WorkloadStatement statement,
        PlanVerdict verdict,
        String values,
        Optional<ExplainedPlan> before,
        Optional<ExplainedPlan> after,
        String detail) {
    /** Orders verdicts with the worst first. Unknown comes last, since it is neither good nor bad. */
    static final Comparator<PlanVerdict> WORST_VERDICT_FIRST = Comparator.comparing(
                    (PlanVerdict verdict) -> verdict == PlanVerdict.NOT_COMPARED)
            .thenComparing(Comparator.reverseOrder());

    /** Orders changes with the worst first; within a verdict, the statements with most calls. */
    static final Comparator<StatementChange> WORST_FIRST = Comparator.comparing(
                    StatementChange::verdict, WORST_VERDICT_FIRST)
            .thenComparing(change -> -change.statement().callsADay().orElse(0))
            .thenComparing(change -> -change.times())
            .thenComparing(change -> change.statement().name());

    static StatementChange of(
            WorkloadStatement statement, Planned before, Planned after, Set<String> smallTables, double bound) {
        Optional<String> unknown = before.unknown().or(after::unknown);
        if (unknown.isPresent()) {
            boolean fails = before.unknown().isEmpty() && after.refused();
            return new StatementChange(
                    statement,
                    fails ? PlanVerdict.REFUSED : PlanVerdict.NOT_COMPARED,
                    "",
                    before.plans().values().stream().findFirst().filter(plan -> fails),
                    Optional.empty(),
                    unknown.get());
        }
        return before.plans().entrySet().stream()
                .filter(plan -> after.plans().containsKey(plan.getKey()))
                .map(plan -> of(
                        statement,
                        plan.getKey(),
                        plan.getValue(),
                        after.plans().get(plan.getKey()),
                        smallTables,
                        bound))
                .max(Comparator.comparing(StatementChange::verdict).thenComparing(StatementChange::times))
                .orElseThrow();
    }

    private static StatementChange of(
            WorkloadStatement statement,
            String values,
            ExplainedPlan before,
            ExplainedPlan after,
            Set<String> smallTables,
            double bound) {
        SortedSet<String> turned = new TreeSet<>(after.sequential());
        turned.removeAll(before.sequential());
        turned.removeAll(smallTables);
        PlanVerdict verdict = PlanVerdict.of(
                before.hasPlanOf(after),
                before.indexes().equals(after.indexes()),
                !turned.isEmpty(),
                PlanVerdict.WorkRatio.estimated(before.cost(), after.cost(), statement.seldom()),
                statement.bound(),
                bound);
        return new StatementChange(
                statement, verdict, values, Optional.of(before), Optional.of(after), detail(before, after));
    }

    /** The cost after, as a multiple of the cost before; 1 if either is unknown. */
    double times() {
        return before.isPresent() && after.isPresent()
                ? PlanVerdict.WorkRatio.estimated(
                                before.get().cost(), after.get().cost(), false)
                        .times()
                : 1;
    }

    private static String detail(ExplainedPlan before, ExplainedPlan after) {
        List<String> details = new ArrayList<>();
        add(details, "no longer ", before.indexes(), after.indexes());
        add(details, "now ", after.indexes(), before.indexes());
        add(details, "now all of ", after.sequential(), before.sequential());
        add(details, "no longer all of ", before.sequential(), after.sequential());
        return String.join("; ", details);
    }

    private static void add(List<String> details, String what, Set<String> some, Set<String> others) {
        SortedSet<String> only = new TreeSet<>(some);
        only.removeAll(others);
        if (!only.isEmpty()) {
            details.add(what + String.join(", ", only));
        }
    }
}
