package dbopt.evidence;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * How much of the statements is known.
 *
 * @param missing why none is known; empty if they are
 * @param hidden how many statements of others the role could not see
 * @param discarded how many times statements were discarded because it was full; empty if that is unknown
 * @param reset since when statements are counted
 */
public record StatementSource(
        Optional<String> missing, long hidden, Optional<Long> discarded, Optional<Instant> reset) {
    public StatementSource {
        requireNonNull(missing, "missing is null");
        requireNonNull(discarded, "discarded is null");
        requireNonNull(reset, "reset is null");
    }

    /** The statements are unknown. */
    public static StatementSource missing(String why) {
        return new StatementSource(Optional.of(why), 0, Optional.empty(), Optional.empty());
    }
}
