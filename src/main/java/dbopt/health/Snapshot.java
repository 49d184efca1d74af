package dbopt.health;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The figures of a run that the history file keeps, as one line of JSON.
 *
 * @param indexScans scans since the server's counters were reset; empty in the entries of older versions, which also lack
 *     all later components except the counters
 * @param tableBloat bytes that a rewrite of the tables would free; empty if unknown
 * @param indexBloat bytes that a rebuild of the indexes would free; empty if unknown
 * @param historyRank the rank of the newest row of Flyway's schema history; empty if unknown
 * @param findings by the name of each check that could be run, the objects that need attention; empty if there are too many
 *     to keep
 * @param counters by target, the figures that only ever grow, as the server counts them
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
        Optional<Long> indexScans,
        Optional<Long> tableBloat,
        Optional<Long> indexBloat,
        Optional<Long> historyRank,
        Optional<Map<String, List<String>>> findings,
        Map<String, BigDecimal> counters) {
    /** The most findings that a snapshot keeps, so that the history does not grow too fast. */
    static final int MOST_FINDINGS = 500;

    Snapshot {
        requireNonNull(at, "at is null");
        requireNonNull(database, "database is null");
        // an entry that another version wrote may lack each of these
        indexScans = known(indexScans);
        tableBloat = known(tableBloat);
        indexBloat = known(indexBloat);
        historyRank = known(historyRank);
        findings = known(findings).map(Map::copyOf);
        counters = counters == null ? Map.of() : Map.copyOf(counters);
    }

    private static <T> Optional<T> known(Optional<T> value) {
        return value == null ? Optional.empty() : value;
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
                Optional.of(report.indexScans()),
                report.bloatBytes("bloated_tables"),
                report.bloatBytes("bloated_indexes"),
                report.deploys().map(Deploy::newest),
                findings(report),
                report.targets().stream()
                        .filter(target -> target.counted() && target.measured().isPresent())
                        .collect(toMap(TargetFigure::target, target -> target.measured()
                                .orElseThrow())));
    }

    private static Optional<Map<String, List<String>>> findings(HealthReport report) {
        Map<String, List<String>> findings = new TreeMap<>();
        report.results().stream()
                .filter(CheckResult::isAnswered)
                .forEach(result -> findings.put(
                        result.check().name(),
                        result.toDo().map(Finding::object).toList()));
        return Optional.of(findings)
                .filter(all -> all.values().stream().mapToInt(List::size).sum() <= MOST_FINDINGS);
    }

    /** Returns a copy without findings, since only the last run's findings are compared. */
    Snapshot withoutFindings() {
        return new Snapshot(
                at,
                database,
                dataBytes,
                indexBytes,
                sequentialScans,
                deadRows,
                critical,
                warnings,
                indexScans,
                tableBloat,
                indexBloat,
                historyRank,
                Optional.empty(),
                counters);
    }

    long bytes() {
        return dataBytes + indexBytes;
    }

    /** The bloat of tables and indexes, in bytes; empty if either is unknown. */
    Optional<Long> bloat() {
        return tableBloat.flatMap(tables -> indexBloat.map(indexes -> tables + indexes));
    }

    /** Bytes of indexes for each byte of data. */
    double indexRatio() {
        return dataBytes == 0 ? 0 : (double) indexBytes / dataBytes;
    }
}
