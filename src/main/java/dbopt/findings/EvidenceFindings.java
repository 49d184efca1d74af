package dbopt.findings;

import dbopt.accepted.IndexDefinition;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the observations say of the indexes that are not proven redundant.
 *
 * @param reviewed what needs review by the catalog, each with what they say of it
 * @param excluded what is unused by the counters, which no counter may decide
 * @param usedElsewhere how many no node has scanned, whose counterparts in equal schemas were scanned: they stay
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

    /** What dropping all that is unused frees. */
    public long unusedBytes() {
        return unused.stream().mapToLong(index -> index.sizeBytes().orElse(0)).sum();
    }

    Stream<IndexName> unusedNames() {
        return unused.stream().map(index -> new IndexName(index.schema(), index.index()));
    }

    /** A copy with the exact sizes and tablespaces of the unused indexes. */
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
