package dbopt.evidence;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The counters of a table on a node. Names are as the catalog has them, unquoted.
 *
 * @param id the table's OID
 * @param rowsRead how many rows the table's sequential scans have read
 * @param indexScans how many scans there were of all the table's indexes
 * @param heapOnly how many of the updates wrote to no index
 * @param liveRows how many rows the table has, by the server's estimate
 * @param whole the partitioned table that this table is a partition of, schema-qualified and quoted where SQL needs it; for
 *     partitions of partitions the outermost; empty if the table is not a partition, or in an observation of an older dbopt
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
        whole = whole == null ? Optional.empty() : whole; // older dbopt writes no such field
    }

    /** Returns how many scans of the table there were, sequential or by an index. */
    public long reads() {
        return sequentialScans + indexScans;
    }

    /** Returns how many rows were inserted, updated or deleted. */
    public long writes() {
        return inserted + updated + deleted;
    }

    /** Returns how many rows were written with an entry in every index. */
    public long indexWrites() {
        return inserted + updated - heapOnly;
    }
}
