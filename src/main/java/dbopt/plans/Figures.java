package dbopt.plans;

import java.util.Locale;
import java.util.Optional;

/** The figures of a comparison as people read them. */
final class Figures {
    private Figures() {}

    /** Buffers, or the planner's estimate, or "-". */
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
