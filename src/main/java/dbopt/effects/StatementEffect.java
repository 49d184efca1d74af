package dbopt.effects;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A statement on a table that lost an index.
 *
 * @param after without the index
 * @param again since the index is back
 * @param outcome worse, better or the same; unknown if it was called too seldom on one of the sides
 */
public record StatementEffect(
        StatementName name, Counted before, Counted after, Optional<Counted> again, Outcome outcome) {
    public StatementEffect {
        requireNonNull(name, "name is null");
        requireNonNull(before, "before is null");
        requireNonNull(after, "after is null");
        requireNonNull(again, "again is null");
        requireNonNull(outcome, "outcome is null");
    }

    /** Blocks of a call without the index, in multiples of those with it. */
    public double times() {
        return after.blocksACall() / Math.max(1, before.blocksACall());
    }

    /** What all calls without the index took more than they would have taken with it. */
    public double extraBlocks() {
        return (after.blocksACall() - before.blocksACall()) * after.calls();
    }
}
