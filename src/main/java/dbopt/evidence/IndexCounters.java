package dbopt.evidence;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * The counters of an index on a node. Names are as the catalog has them, unquoted.
 *
 * @param id the index's OID; a new index of the same name has another one, and so has this index after REINDEX CONCURRENTLY
 * @param tableId the table's OID
 * @param definition the statement that creates the index
 * @param printedFrom the versions of the catalog rows from which the definition was printed: the definition stays the same as
 *     long as they do and the server is not restarted; empty if the definition has to be printed each time
 * @param entriesRead how many index entries scans have read
 * @param lastScan the time of the last scan, known from PostgreSQL 16 on; empty if the index was never scanned
 * @param bytes the index's size when the last VACUUM, ANALYZE or build measured it
 * @param rows how many rows the index had at that time; empty in an observation of an older dbopt
 * @param whole the partitioned index that this index is a part of, schema-qualified and quoted where SQL needs it; for parts of
 *     parts the outermost; empty if the index is not a part, or in an observation of an older dbopt
 */
public record IndexCounters(
        long id,
        long tableId,
        String schema,
        String table,
        String index,
        String definition,
        Optional<String> printedFrom,
        long scans,
        long entriesRead,
        Optional<Instant> lastScan,
        long bytes,
        Optional<Long> rows,
        Optional<String> whole) {
    public IndexCounters {
        requireNonNull(schema, "schema is null");
        requireNonNull(table, "table is null");
        requireNonNull(index, "index is null");
        requireNonNull(definition, "definition is null");
        requireNonNull(lastScan, "lastScan is null");
        printedFrom = printedFrom == null ? Optional.empty() : printedFrom; // older dbopt writes no such field
        rows = rows == null ? Optional.empty() : rows; // likewise
        whole = whole == null ? Optional.empty() : whole;
    }

    /** Returns the bytes of the index for each row in it; empty if there are no rows, or their number is unknown. */
    Optional<Double> bytesPerRow() {
        return rows.filter(known -> known > 0 && bytes > 0).map(known -> (double) bytes / known);
    }
}
