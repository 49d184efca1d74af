package dbopt.audit;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What an audit found.
 *
 * @param server the server's version
 * @param scansCounted where and since when scans are counted, as the end of a sentence; empty where the notes tell of none
 * @param redundantIndexes what is proven, and can go all together
 * @param needsReview what a person must judge
 */
record AuditReport(
        String server,
        String scansCounted,
        List<RedundantIndex> redundantIndexes,
        List<IndexNeedingReview> needsReview) {
    AuditReport {
        requireNonNull(server, "server is null");
        requireNonNull(scansCounted, "scansCounted is null");
        redundantIndexes = List.copyOf(redundantIndexes);
        needsReview = List.copyOf(needsReview);
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
