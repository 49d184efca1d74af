package dbopt.queries;

import java.util.Locale;
import java.util.Optional;

/** The verdict on how a query's plan changed, from harmless to worst. */
public enum PlanVerdict {
    SAME("same plan"),
    LESS_WORK("less work"),
    ANOTHER_INDEX("another index, equal work"),
    ANOTHER_SHAPE("another shape, equal work"),
    /** The plan costs more, within the bound that the query's own file states. */
    AS_STATED("more work, within its stated bound"),
    MORE_WORK("more work"),
    /** The plan now reads a table of more than a few pages from end to end. */
    SEQUENTIAL("turned sequential"),
    /** The server refuses the query now, for example an upsert without the unique index that it needs. */
    REFUSED("fails"),
    /** The query is missing from the recording or from {@code db/queries}, or its text has changed. */
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
     * The ratio of the work now to the work before.
     *
     * @param times the work now as a multiple of the work before
     * @param noise whether the difference is too small to be judged, whatever the ratio
     * @param estimated whether the ratio is the planner's estimate, which counts only if the plan has changed
     */
    public record WorkRatio(double times, boolean noise, boolean estimated) {
        /** A difference up to this in the planner's cost is noise: two more random pages, each of which costs 4. */
        public static final double ESTIMATED_NOISE = 8;

        /** A difference up to this is noise in a query that is seldom called. */
        public static final double SELDOM_NOISE = 32;

        /** Compares the planner's costs before and now. */
        public static WorkRatio estimated(double before, double now, boolean seldom) {
            return new WorkRatio(
                    before == now ? 1 : now / Math.max(before, 1),
                    Math.abs(now - before) <= (seldom ? SELDOM_NOISE : ESTIMATED_NOISE),
                    true);
        }
    }

    /**
     * Judges how the plan of one query changed.
     *
     * @param turnedSequential whether the plan now reads a table of more than a few pages from end to end
     * @param statedBound the bound in the query's own file, as a multiple of the work before
     * @param bound up to how many times the work counts as equal
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
