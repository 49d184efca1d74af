package dbopt.health;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/** The sizes and use of a table, as far as the server's counters reach back. */
record TableUse(
        String name,
        long liveRows,
        long deadRows,
        long dataBytes,
        long indexBytes,
        long sequentialScans,
        long indexScans,
        Optional<Instant> lastAnalyzed,
        Optional<Instant> lastVacuumed) {
    TableUse {
        requireNonNull(name, "name is null");
        requireNonNull(lastAnalyzed, "lastAnalyzed is null");
        requireNonNull(lastVacuumed, "lastVacuumed is null");
    }
}
