package dbopt.findings;

import static java.util.Objects.requireNonNull;

import dbopt.evidence.UsageVerdict;
import dbopt.terminal.GuidePage;

/**
 * An index for which the observations show no scan, but do not prove that there was none.
 *
 * @param missing what is missing for the proof
 */
public record UnknownIndex(String schema, String table, String index, long sizeBytes, UsageVerdict.Unknown missing) {
    public UnknownIndex {
        requireNonNull(schema, "schema is null");
        requireNonNull(table, "table is null");
        requireNonNull(index, "index is null");
        requireNonNull(missing, "missing is null");
    }

    /** Returns the page of the guides that explains the finding. */
    public String page() {
        return GuidePage.of(missing.code().equals(ShardedIndexes.CODE) ? ShardedIndexes.CODE : "unused");
    }
}
