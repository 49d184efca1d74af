package dbopt.evidence;

import static java.util.Objects.requireNonNull;

/**
 * What a node has counted of a table. Names are as the catalog has them, unquoted.
 *
 * @param id the OID
 * @param rowsRead by its sequential scans
 * @param indexScans of all its indexes
 * @param heapOnly those of the updates that wrote to no index
 * @param liveRows as the server estimates them
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
        long liveRows) {
    public TableCounters {
        requireNonNull(schema, "schema is null");
        requireNonNull(table, "table is null");
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
