package dbopt.plans;

import dbopt.queries.PlanVerdict;

/**
 * The work of one query before and now: buffers, or the planner's estimate where it was not run both times.
 *
 * @param now of an estimate: less what is dearer only because more rows are expected
 */
record WorkChange(double before, double now, boolean estimated) {
    /** So many buffers more are noise: two indexes that are one level higher. */
    private static final double NOISE = 2;

    static WorkChange between(QueryPlan then, QueryPlan now) {
        return then.work().isPresent() && now.work().isPresent()
                ? new WorkChange(then.work().get().buffers(), now.work().get().buffers(), false)
                : new WorkChange(then.cost(), now.cost() / moreRows(then, now), true);
    }

    /**
     * How many times the rows are expected now. Every ANALYZE takes another sample and expects others: what is dearer for
     * that is not other work.
     */
    private static double moreRows(QueryPlan then, QueryPlan now) {
        return Math.max(1, now.rows() / Math.max(1, then.rows()));
    }

    /** The work now, in multiples of the work before. */
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
