package dbopt.health;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/** A table's sizes and use, as far as the counters reach back. */
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
