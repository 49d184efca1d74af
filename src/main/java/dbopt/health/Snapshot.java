package dbopt.health;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;

/**
 * What the history file keeps of a run: one line of JSON.
 *
 * @param counters the targets' figures that only ever grow, by target, as the server counts them
 */
record Snapshot(
        Instant at,
        String database,
        long dataBytes,
        long indexBytes,
        long sequentialScans,
        long deadRows,
        long critical,
        long warnings,
        Map<String, BigDecimal> counters) {
    Snapshot {
        requireNonNull(at, "at is null");
        requireNonNull(database, "database is null");
        counters = counters == null ? Map.of() : Map.copyOf(counters); // an entry of another tool may lack it
    }

    static Snapshot of(HealthReport report) {
        return new Snapshot(
                report.at(),
                report.database(),
                report.dataBytes(),
                report.indexBytes(),
                report.sequentialScans(),
                report.deadRows(),
                report.count(Severity.CRITICAL),
                report.count(Severity.WARNING),
                report.targets().stream()
                        .filter(target -> target.counted() && target.measured().isPresent())
                        .collect(toMap(TargetFigure::target, target -> target.measured()
                                .orElseThrow())));
    }

    /** Bytes of indexes for each byte of data. */
    double indexRatio() {
        return dataBytes == 0 ? 0 : (double) indexBytes / dataBytes;
    }
}
