package dbopt.audit;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import dbopt.accepted.AcceptedFindings;
import java.util.List;

/**
 * What an audit found.
 *
 * @param server the server's version
 * @param redundantIndexes what is proven, and can go all together
 * @param needsReview what a person must judge
 */
record AuditReport(String server, List<RedundantIndex> redundantIndexes, List<IndexNeedingReview> needsReview) {
    AuditReport {
        requireNonNull(server, "server is null");
        redundantIndexes = List.copyOf(redundantIndexes);
        needsReview = List.copyOf(needsReview);
    }

    /** The same, with the findings first that are not accepted. */
    AuditReport newFirst(AcceptedFindings accepted) {
        return new AuditReport(
                server,
                redundantIndexes.stream()
                        .sorted(comparing(finding -> accepted.contains(finding.definition())))
                        .toList(),
                needsReview);
    }

    /** Of what is proven, as the server prints them. */
    List<String> definitions() {
        return redundantIndexes.stream().map(RedundantIndex::definition).toList();
    }

    /** What dropping all that is proven frees. */
    long redundantBytes() {
        return redundantIndexes.stream()
                .mapToLong(index -> index.sizeBytes().orElse(0))
                .sum();
    }
}
