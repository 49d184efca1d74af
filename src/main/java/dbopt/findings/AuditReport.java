package dbopt.findings;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import dbopt.accepted.AcceptedFindings;
import dbopt.tenants.EqualSchemas;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The findings of an audit.
 *
 * @param server the server's version
 * @param scansCounted where and since when scans are counted, as the end of a sentence; empty if the notes mention no scans
 * @param redundantIndexes indexes that are proven redundant, and can all be dropped together
 * @param needsReview indexes that a person must judge
 * @param observed the findings by the observations; empty if no file of observations was given
 * @param schemas which schemas are equal, so that a finding that all of them have is reported once
 * @param sharded indexes of tables that Citus divides among nodes, which are not judged
 */
public record AuditReport(
        String server,
        String scansCounted,
        List<RedundantIndex> redundantIndexes,
        List<IndexNeedingReview> needsReview,
        Optional<EvidenceFindings> observed,
        EqualSchemas schemas,
        ShardedIndexes sharded) {
    public AuditReport {
        requireNonNull(server, "server is null");
        requireNonNull(scansCounted, "scansCounted is null");
        redundantIndexes = List.copyOf(redundantIndexes);
        needsReview = List.copyOf(needsReview);
        requireNonNull(observed, "observed is null");
        requireNonNull(schemas, "schemas is null");
        requireNonNull(sharded, "sharded is null");
    }

    /**
     * Returns the report of these findings; indexes that the observations alone are not allowed to judge are among those that
     * need review.
     */
    static AuditReport of(
            String server,
            String scansCounted,
            List<RedundantIndex> redundantIndexes,
            List<IndexNeedingReview> needsReview,
            Optional<EvidenceFindings> observed,
            EqualSchemas schemas,
            ShardedIndexes sharded) {
        return new AuditReport(
                server,
                scansCounted,
                redundantIndexes,
                Stream.concat(needsReview.stream(), observed.stream().flatMap(found -> found.excluded().stream()))
                        .toList(),
                observed,
                schemas,
                sharded);
    }

    /** Returns the indexes that no node has scanned, by the observations. */
    public List<UnusedIndex> unusedIndexes() {
        return observed.map(EvidenceFindings::unused).orElse(List.of());
    }

    /** Returns the redundant indexes, those that are not in the file of accepted findings first. */
    public List<RedundantIndex> newFirst(AcceptedFindings accepted) {
        return redundantIndexes.stream()
                .sorted(comparing(finding -> accepted.contains(finding.definition())))
                .toList();
    }

    /** Returns the definitions of the redundant indexes, as the server prints them. */
    public List<String> definitions() {
        return redundantIndexes.stream().map(RedundantIndex::definition).toList();
    }

    /** Returns how many bytes dropping every redundant index frees, as far as their sizes are known. */
    public long redundantBytes() {
        return redundantIndexes.stream()
                .mapToLong(index -> index.sizeBytes().orElse(0))
                .sum();
    }
}
