package dbopt.plans;

import static java.util.Objects.requireNonNull;

import dbopt.queries.PlanVerdict;
import java.util.Optional;

/**
 * What became of one query.
 *
 * @param times the work now, in multiples of the work before; empty where nothing can be said
 * @param estimated whether that is the planner's estimate, and not buffers
 * @param detail what changed, or why nothing was compared; may be empty
 */
record PlanChange(
        String query,
        PlanVerdict verdict,
        Optional<Double> times,
        boolean estimated,
        Optional<QueryPlan> before,
        Optional<QueryPlan> after,
        String detail) {
    PlanChange {
        requireNonNull(query, "query is null");
        requireNonNull(verdict, "verdict is null");
        requireNonNull(times, "times is null");
        requireNonNull(before, "before is null");
        requireNonNull(after, "after is null");
        requireNonNull(detail, "detail is null");
    }
}
