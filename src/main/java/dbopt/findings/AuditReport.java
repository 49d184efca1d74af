package dbopt.findings;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import dbopt.accepted.AcceptedFindings;
import dbopt.tenants.EqualSchemas;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an audit found.
 *
 * @param server the server's version
 * @param scansCounted where and since when scans are counted, as the end of a sentence; empty where the notes tell of none
 * @param redundantIndexes what is proven, and can be dropped all together
 * @param needsReview what a person must judge
 * @param observed what the evidence says; empty where none was given
 * @param schemas which schemas are equal, so that what is found in each is one finding
 * @param sharded what Citus divides among nodes, and is not judged
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

    /** The report of these findings; what the evidence may not judge needs review too. */
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

    /** What no node has scanned, by the evidence. */
    public List<UnusedIndex> unusedIndexes() {
        return observed.map(EvidenceFindings::unused).orElse(List.of());
    }

    /** What is proven, with the findings first that are not accepted. */
    public List<RedundantIndex> newFirst(AcceptedFindings accepted) {
        return redundantIndexes.stream()
                .sorted(comparing(finding -> accepted.contains(finding.definition())))
                .toList();
    }

    /** The definitions of the proven findings, as the server prints them. */
    public List<String> definitions() {
        return redundantIndexes.stream().map(RedundantIndex::definition).toList();
    }

    /** What dropping all that is proven frees. */
    public long redundantBytes() {
        return redundantIndexes.stream()
                .mapToLong(index -> index.sizeBytes().orElse(0))
                .sum();
    }
}
