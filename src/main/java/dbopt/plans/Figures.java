package dbopt.plans;

import java.util.Locale;
import java.util.Optional;

/** Formats the figures of a comparison for people to read. */
final class Figures {
    private Figures() {}

    /** Returns the buffers, else the planner's estimate, or "-" if there is no plan. */
    static String work(Optional<QueryPlan> plan) {
        return plan.map(known -> known.work()
                        .map(work -> String.format(Locale.ROOT, "%,d buffers", work.buffers()))
                        .orElseGet(() -> String.format(Locale.ROOT, "cost %,.0f", known.cost())))
                .orElse("-");
    }

    static String milliseconds(Optional<QueryPlan> plan) {
        return plan.flatMap(QueryPlan::work)
                .map(work -> String.format(Locale.ROOT, "%.1f ms", work.milliseconds()))
                .orElse("-");
    }

    static String times(PlanChange change) {
        return change.times()
                .map(times -> String.format(Locale.ROOT, "%s%.2f", change.estimated() ? "~" : "", times))
                .orElse("-");
    }
}
