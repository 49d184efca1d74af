package dbopt.findings;

import dbopt.accepted.IndexDefinition;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the observations say about the indexes that are not proven redundant.
 *
 * @param reviewed the indexes that need review by the catalog, each with what the observations say about it
 * @param unused indexes that no node has scanned
 * @param excluded indexes that no node has scanned, for which counters alone are not allowed to decide
 * @param unknown indexes for which the observations show no scan, but do not prove that there was none
 * @param usedElsewhere how many indexes stay because their counterparts in equal schemas were scanned, though no node has
 *     scanned the indexes themselves
 */
public record EvidenceFindings(
        List<IndexNeedingReview> reviewed,
        List<UnusedIndex> unused,
        List<IndexNeedingReview> excluded,
        List<UnknownIndex> unknown,
        int usedElsewhere) {
    public EvidenceFindings {
        reviewed = List.copyOf(reviewed);
        unused = List.copyOf(unused);
        excluded = List.copyOf(excluded);
        unknown = List.copyOf(unknown);
    }

    /** Returns how many bytes dropping every unused index frees, as far as their sizes are known. */
    public long unusedBytes() {
        return unused.stream().mapToLong(index -> index.sizeBytes().orElse(0)).sum();
    }

    Stream<IndexName> unusedNames() {
        return unused.stream().map(index -> new IndexName(index.schema(), index.index()));
    }

    /** Returns a copy of these findings with the exact sizes and tablespaces of the unused indexes. */
    EvidenceFindings with(Map<IndexName, IndexDetails> details) {
        return new EvidenceFindings(
                reviewed,
                unused.stream()
                        .map(index -> with(index, details.get(new IndexName(index.schema(), index.index()))))
                        .toList(),
                excluded,
                unknown,
                usedElsewhere);
    }

    private static UnusedIndex with(UnusedIndex index, IndexDetails details) {
        return new UnusedIndex(
                index.schema(),
                index.table(),
                index.index(),
                details.sizeBytes(),
                index.definition(),
                index.parts().map(PartitionedParts::undoSql).orElseGet(() -> IndexDefinition.of(index.definition())
                        .createConcurrently(details.predicate(), details.tablespace())),
                index.parts(),
                index.proof(),
                index.statistics().stream()
                        .map(made -> made.with(details.statisticsTargets()))
                        .toList(),
                index.notes());
    }
}
