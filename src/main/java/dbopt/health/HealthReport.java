package dbopt.health;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import dbopt.tenants.EqualSchemas;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The health of one database at one moment.
 *
 * @param database where it is and who looked, without a password
 * @param standby whether the server only reads
 * @param results of every check, the most severe first
 * @param tables the largest first
 * @param indexes the largest first
 * @param targets of the audited database; empty for any other
 * @param measures of the server, for those who keep them over time
 * @param schemas which schemas are equal, so that what is found in each is reported as one
 * @param deploys the newest rows of the schema history, none where there is no history; empty if it may not be read
 */
record HealthReport(
        Instant at,
        String server,
        String database,
        boolean standby,
        List<CheckResult> results,
        List<TableUse> tables,
        List<IndexUse> indexes,
        List<TargetFigure> targets,
        List<Measure> measures,
        EqualSchemas schemas,
        Optional<List<Deploy>> deploys) {
    HealthReport {
        requireNonNull(at, "at is null");
        requireNonNull(server, "server is null");
        requireNonNull(database, "database is null");
        results = results.stream()
                .sorted(comparing(CheckResult::status)
                        .thenComparing(result -> result.check().title()))
                .toList();
        tables = List.copyOf(tables);
        indexes = List.copyOf(indexes);
        targets = List.copyOf(targets);
        measures = List.copyOf(measures);
        deploys = deploys.map(List::copyOf);
        requireNonNull(schemas, "schemas is null");
    }

    /** A report in which each schema stands for itself. */
    HealthReport(
            Instant at,
            String server,
            String database,
            boolean standby,
            List<CheckResult> results,
            List<TableUse> tables,
            List<IndexUse> indexes,
            List<TargetFigure> targets,
            List<Measure> measures,
            Optional<List<Deploy>> deploys) {
        this(at, server, database, standby, results, tables, indexes, targets, measures, EqualSchemas.none(), deploys);
    }

    /** How many findings there are of this severity. */
    long count(Severity severity) {
        return results.stream().mapToLong(result -> result.count(severity)).sum();
    }

    /** The most severe finding of all. */
    Severity status() {
        return results.stream()
                .map(CheckResult::status)
                .min(comparing(Severity::ordinal))
                .orElse(Severity.OK);
    }

    /** On which server to run the statements; empty if it is this one. */
    String standbyNote() {
        return standby
                ? "This server is a standby, which is read-only: the statements below are for its primary.\n\n"
                : "";
    }

    /** A one-line verdict on the database. */
    String verdict() {
        return verdictInShort() + ": " + counts();
    }

    String verdictInShort() {
        return switch (status()) {
            case CRITICAL -> "Act now";
            case WARNING -> "Needs attention";
            case UNKNOWN -> "Well, as far as this role can see";
            case INFO, OK -> "Well";
        };
    }

    String counts() {
        return String.join(
                ", ",
                count(Severity.CRITICAL) + " critical",
                count(Severity.WARNING) + (count(Severity.WARNING) == 1 ? " warning" : " warnings"),
                count(Severity.UNKNOWN) + " unknown",
                results.stream()
                                .filter(result -> result.status().compareTo(Severity.UNKNOWN) > 0)
                                .count() + " of " + results.size() + " checks found nothing to do");
    }

    /** What a rebuild would free at least, by the check of this name; empty if it did not get an answer. */
    Optional<Long> bloatBytes(String check) {
        return results.stream()
                .filter(result -> result.check().name().equals(check))
                .filter(result -> result.findings().isEmpty()
                        || result.findings().stream()
                                .anyMatch(finding -> finding.value().isPresent()))
                .map(result -> result.findings().stream()
                        .filter(finding -> finding.unit().equals("bytes"))
                        .flatMap(finding -> finding.value().stream())
                        .reduce(BigDecimal.ZERO, BigDecimal::add)
                        .longValue())
                .findFirst();
    }

    long dataBytes() {
        return tables.stream().mapToLong(TableUse::dataBytes).sum();
    }

    long indexBytes() {
        return tables.stream().mapToLong(TableUse::indexBytes).sum();
    }

    long sequentialScans() {
        return tables.stream().mapToLong(TableUse::sequentialScans).sum();
    }

    long indexScans() {
        return tables.stream().mapToLong(TableUse::indexScans).sum();
    }

    long deadRows() {
        return tables.stream().mapToLong(TableUse::deadRows).sum();
    }
}
