package dbopt.plans;

import static java.util.Objects.requireNonNull;

import dbopt.queries.PlanVerdict;
import java.util.Optional;

/**
 * The verdict on one query.
 *
 * @param times the work now as a multiple of the work before; empty if the query could not be compared
 * @param estimated whether the work is the planner's estimate, and not buffers
 * @param detail what changed, or why the query was not compared; may be empty
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
