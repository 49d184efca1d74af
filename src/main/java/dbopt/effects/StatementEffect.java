package dbopt.effects;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How the work of a statement changed on a table that lost an index.
 *
 * @param before the calls with the index
 * @param after the calls without the index
 * @param again the calls since the index is back; empty if there are none
 * @param outcome worse, better or the same; unknown if the statement was called too seldom before or after
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

    /** The blocks of a call without the index, as a multiple of those with the index. */
    public double times() {
        return after.blocksACall() / Math.max(1, before.blocksACall());
    }

    /** How many more blocks all calls without the index took than they would have taken with it. */
    public double extraBlocks() {
        return (after.blocksACall() - before.blocksACall()) * after.calls();
    }
}
