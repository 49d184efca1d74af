package dbopt.maintain;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * The limits on what the maintenance may take from the server.
 *
 * @param duration the duration of the whole run; empty for no limit
 * @param costDelay how long VACUUM and ANALYZE rest after each piece of work (<a
 *     href="https://www.postgresql.org/docs/current/runtime-config-vacuum.html">vacuum_cost_delay</a>); zero for full speed
 * @param lockTimeout how long each statement waits for a lock on its table
 */
record Limits(Optional<Duration> duration, Duration costDelay, Duration lockTimeout) {
    Limits {
        requireNonNull(duration, "duration is null");
        requireNonNull(costDelay, "costDelay is null");
        requireNonNull(lockTimeout, "lockTimeout is null");
    }
}
