package dbopt.plans;

import dbopt.queries.PlanVerdict;

/**
 * The work of one query before and now: buffers, or the planner's estimate if the query was not run both times.
 *
 * @param now the work now; an estimate is divided by the growth of the expected rows
 */
record WorkChange(double before, double now, boolean estimated) {
    /** A difference of up to this many buffers is noise: two indexes that are one level higher. */
    private static final double NOISE = 2;

    static WorkChange between(QueryPlan then, QueryPlan now) {
        return then.work().isPresent() && now.work().isPresent()
                ? new WorkChange(then.work().get().buffers(), now.work().get().buffers(), false)
                : new WorkChange(then.cost(), now.cost() / moreRows(then, now), true);
    }

    /**
     * Returns how many times as many rows the planner expects now, at least 1. Every {@code ANALYZE} takes another sample
     * and so expects another number of rows; cost that comes from this number is not more work.
     */
    private static double moreRows(QueryPlan then, QueryPlan now) {
        return Math.max(1, now.rows() / Math.max(1, then.rows()));
    }

    /** The work now as a multiple of the work before. */
    double times() {
        return before == now ? 1 : now / Math.max(before, 1);
    }

    /** Whether the difference is too small to be judged, whatever the ratio. */
    boolean isNoise(boolean seldomCalled) {
        double noise = seldomCalled
                ? PlanVerdict.WorkRatio.SELDOM_NOISE
                : estimated ? PlanVerdict.WorkRatio.ESTIMATED_NOISE : NOISE;
        return Math.abs(now - before) <= noise;
    }
}
