package dbopt.effects;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The limits by which a drop is judged.
 *
 * @param times up to how many times the blocks a call count as the same, as in {@code dbopt plans}
 * @param atLeast how long the database must have been observed before and after the drop; an outcome that is worse is
 *     reported sooner
 */
public record Bounds(double times, Duration atLeast) {
    /** The default bounds of {@code dbopt watch}. */
    public static final Bounds DEFAULT = new Bounds(1.25, Duration.ofHours(1));

    /** The fewest calls on each side for which a statement is compared. */
    static final long CALLS = 20;

    /**
     * A difference of up to this many blocks a call is noise: an index that is some levels higher, a page that was cleaned
     * up.
     */
    static final double BLOCKS_A_CALL = 8;

    /** An increase of this many blocks over all calls is ignored. */
    static final double BLOCKS = 1000;

    /** The outcome is worse if the additional blocks are at least this share of all blocks of the database. */
    static final double SHARE = 0.01;

    /**
     * The outcome is also worse if a statement reads at least this many times as many blocks: even if the statement is
     * seldom called, somebody waits for it.
     */
    static final double MANY_TIMES = 4;

    /**
     * The same or better is only an outcome if the compared statements account for this share of the blocks read before the
     * drop.
     */
    static final double COVERED = 0.8;

    /** In a table with fewer rows, sequential scans are normal and do not count. */
    static final long ROWS = 1000;

    /** An increase of this many sequential scans is ignored. */
    static final long SEQUENTIAL_SCANS = 10;

    /** How far before the drop observations are compared; older ones are ignored. */
    static final Duration BEFORE = Duration.ofDays(14);

    /** How long after the drop a verdict can still become known. */
    static final Duration AFTER = Duration.ofDays(14);

    public Bounds {
        requireNonNull(atLeast, "atLeast is null");
    }
}
