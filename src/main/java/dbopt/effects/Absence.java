package dbopt.effects;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * The time during which a node did not have an index, by the observations of the node.
 *
 * @param present the first observation of the index before its absence
 * @param lastSeen the last observation with the index
 * @param missed the first observation without the index
 * @param lastMissed the last observation without the index
 * @param back the first observation with the index again; empty if the index is not back
 */
public record Absence(Instant present, Instant lastSeen, Instant missed, Instant lastMissed, Optional<Instant> back) {
    public Absence {
        requireNonNull(present, "present is null");
        requireNonNull(lastSeen, "lastSeen is null");
        requireNonNull(missed, "missed is null");
        requireNonNull(lastMissed, "lastMissed is null");
        requireNonNull(back, "back is null");
    }
}
