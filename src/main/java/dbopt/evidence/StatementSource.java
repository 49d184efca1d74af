package dbopt.evidence;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * How completely the statements of a node are known.
 *
 * @param missing why no statements are known; empty if they are
 * @param hidden how many statements of other roles the role was not allowed to see
 * @param discarded how many times pg_stat_statements discarded statements because it was full; empty if that is unknown
 * @param reset since when statements are counted
 */
public record StatementSource(
        Optional<String> missing, long hidden, Optional<Long> discarded, Optional<Instant> reset) {
    public StatementSource {
        requireNonNull(missing, "missing is null");
        requireNonNull(discarded, "discarded is null");
        requireNonNull(reset, "reset is null");
    }

    /** Returns a source without statements, for this reason. */
    public static StatementSource missing(String why) {
        return new StatementSource(Optional.of(why), 0, Optional.empty(), Optional.empty());
    }
}
