package dbopt.evidence;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What a node has counted of a table. Names are as the catalog has them, unquoted.
 *
 * @param id the OID
 * @param rowsRead by its sequential scans
 * @param indexScans of all its indexes
 * @param heapOnly those of the updates that wrote to no index
 * @param liveRows as the server estimates them
 * @param whole the partitioned table that it is a partition of, schema-qualified and quoted where SQL needs it; of partitions of
 *     partitions the outermost; empty if it is none, or it was never asked
 */
public record TableCounters(
        long id,
        String schema,
        String table,
        long sequentialScans,
        long rowsRead,
        long indexScans,
        long inserted,
        long updated,
        long heapOnly,
        long deleted,
        long liveRows,
        Optional<String> whole) {
    public TableCounters {
        requireNonNull(schema, "schema is null");
        requireNonNull(table, "table is null");
        whole = whole == null ? Optional.empty() : whole; // as an observation of an older dbopt is read
    }

    /** Scans of the table, by whatever way. */
    public long reads() {
        return sequentialScans + indexScans;
    }

    /** Rows that were inserted, updated or deleted. */
    public long writes() {
        return inserted + updated + deleted;
    }

    /** Rows whose writing made an entry in every index. */
    public long indexWrites() {
        return inserted + updated - heapOnly;
    }
}
