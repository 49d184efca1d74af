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
 * @param database the host, the database and the role that examined it, without a password
 * @param standby whether the server is a standby, which is read-only
 * @param results the result of every check, the most severe first
 * @param tables the tables, the largest first
 * @param indexes the indexes, the largest first
 * @param targets the targets of the audited database; empty for any other database
 * @param measures further figures of the server, for monitoring
 * @param schemas the equal schemas, whose common findings are reported once
 * @param deploys the newest rows of the schema history, none if there is no history; empty if the role is not allowed to
 *     read it
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

    /** Creates a report without equal schemas, in which each schema is reported separately. */
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

    /** Returns the number of findings of this severity. */
    long count(Severity severity) {
        return results.stream().mapToLong(result -> result.count(severity)).sum();
    }

    /** The severity of the most severe finding of all checks. */
    Severity status() {
        return results.stream()
                .map(CheckResult::status)
                .min(comparing(Severity::ordinal))
                .orElse(Severity.OK);
    }

    /** The note that the statements are for the primary, if this server is a standby; empty otherwise. */
    String standbyNote() {
        return standby
                ? "This server is a standby, which is read-only: the statements below are for its primary.\n\n"
                : "";
    }

    /** A verdict on the database in one line. */
    String verdict() {
        return verdictInShort() + ": " + counts();
    }

    String verdictInShort() {
        return switch (status()) {
            case CRITICAL -> "Act now";
            case WARNING -> "Needs attention";
            case UNKNOWN -> "Healthy as far as this role can see";
            case INFO, OK -> "Healthy";
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

    /** Returns the bytes that a rebuild would free at least, by the check of this name; empty if the check gave no figure. */
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
