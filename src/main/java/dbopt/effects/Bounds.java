package dbopt.effects;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What is enough to tell.
 *
 * @param times up to so many times the blocks a call is the same, as in {@code dbopt plans}
 * @param atLeast how long it must have been observed on each side; what is worse is reported sooner
 */
public record Bounds(double times, Duration atLeast) {
    /** The default bounds of {@code dbopt watch}. */
    public static final Bounds DEFAULT = new Bounds(1.25, Duration.ofHours(1));

    /** The fewest calls on each side for which a statement is compared. */
    static final long CALLS = 20;

    /** So many blocks more a call are noise: an index that is some levels higher, a page that was cleaned up. */
    static final double BLOCKS_A_CALL = 8;

    /** An increase of this many blocks over all calls is ignored. */
    static final double BLOCKS = 1000;

    /** What reads this share of the database's blocks more makes it worse. */
    static final double SHARE = 0.01;

    /** So does a statement that reads so many times the blocks, however seldom it is called: somebody waits for it. */
    static final double MANY_TIMES = 4;

    /** Statements with this share of the blocks that were read before must be compared. */
    static final double COVERED = 0.8;

    /** A table of fewer rows is read from end to end as a matter of course. */
    static final long ROWS = 1000;

    /** An increase of this many sequential scans is ignored. */
    static final long SEQUENTIAL_SCANS = 10;

    /** What is longer ago than this, before the drop, is not compared. */
    static final Duration BEFORE = Duration.ofDays(14);

    /** How long after the drop a verdict can still become known. */
    static final Duration AFTER = Duration.ofDays(14);

    public Bounds {
        requireNonNull(atLeast, "atLeast is null");
    }
}
