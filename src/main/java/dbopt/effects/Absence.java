package dbopt.effects;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * When a node did not have an index, by the observations of it.
 *
 * @param present since when it had been there before
 * @param lastSeen the last observation that has it
 * @param missed the first one that has not
 * @param lastMissed the last one that has not
 * @param back the first one that has it again
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
