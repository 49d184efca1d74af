package dbopt.queries;

import java.util.Locale;
import java.util.Optional;

/** What became of one query's plan, the harmless first. */
public enum PlanVerdict {
    SAME("same plan"),
    LESS_WORK("less work"),
    ANOTHER_INDEX("another index, equal work"),
    ANOTHER_SHAPE("another shape, equal work"),
    /** The query's own file says that it costs more, and how much at most. */
    AS_STATED("more work, within its stated bound"),
    MORE_WORK("more work"),
    /** A table of more than a few pages is read from end to end that was not before. */
    SEQUENTIAL("turned sequential"),
    /** The server refuses it now, such as an upsert without the unique index that it needs. */
    REFUSED("fails"),
    /** The query is not in the recording, or no longer in db/queries, or its text is another. */
    NOT_COMPARED("not compared");

    private final String label;

    PlanVerdict(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    /** The code in JSON, such as {@code more-work}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The work now beside the work before.
     *
     * @param times in multiples
     * @param noise whether the difference is too small to be judged, whatever the ratio
     * @param estimated whether it is the planner's estimate, which counts only where the plan is another
     */
    public record WorkRatio(double times, boolean noise, boolean estimated) {
        /** So much more of the planner's cost is noise: two pages more at random, each of which costs 4. */
        public static final double ESTIMATED_NOISE = 8;

        /** The increase that is noise in a query that is called seldom. */
        public static final double SELDOM_NOISE = 32;

        /** Compares the planner's costs. */
        public static WorkRatio estimated(double before, double now, boolean seldom) {
            return new WorkRatio(
                    before == now ? 1 : now / Math.max(before, 1),
                    Math.abs(now - before) <= (seldom ? SELDOM_NOISE : ESTIMATED_NOISE),
                    true);
        }
    }

    /**
     * Judges one query.
     *
     * @param turnedSequential whether a table of more than a few pages is read from end to end that was not before
     * @param statedBound what the query's own file allows
     * @param bound how many times the work is still equal work
     */
    public static PlanVerdict of(
            boolean samePlan,
            boolean sameIndexes,
            boolean turnedSequential,
            WorkRatio work,
            Optional<Double> statedBound,
            double bound) {
        boolean more = !work.noise() && work.times() > bound && !(work.estimated() && samePlan);
        if (more || turnedSequential) {
            if (statedBound.isPresent() && (work.noise() || work.times() <= statedBound.get())) {
                return AS_STATED;
            }
            return turnedSequential ? SEQUENTIAL : MORE_WORK;
        }
        if (samePlan) {
            return SAME;
        }
        if (!work.noise() && work.times() < 1 / bound) {
            return LESS_WORK;
        }
        return sameIndexes ? ANOTHER_SHAPE : ANOTHER_INDEX;
    }
}
