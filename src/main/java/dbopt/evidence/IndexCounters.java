package dbopt.evidence;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * What a node has counted of an index. Names are as the catalog has them, unquoted.
 *
 * @param id the OID, which another index in its place does not share; nor does this one after REINDEX CONCURRENTLY
 * @param tableId the table's OID
 * @param definition the statement that makes it
 * @param printedFrom the versions of the rows of the catalog from which the definition was printed: as long as they are the
 *     same, and the server was not restarted, so is the definition; empty if it has to be printed each time
 * @param entriesRead the entries that its scans have read
 * @param lastScan known from PostgreSQL 16 on, once it was scanned
 * @param bytes as the last VACUUM, ANALYZE or build found it
 * @param rows in it, as the same found them; empty if it was never asked, as by an older dbopt
 * @param whole the partitioned index that it is a part of, schema-qualified and quoted where SQL needs it; of parts of parts the
 *     outermost; empty if it is none, or it was never asked
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
        printedFrom =
                printedFrom == null ? Optional.empty() : printedFrom; // as an observation of an older dbopt is read
        rows = rows == null ? Optional.empty() : rows; // likewise
        whole = whole == null ? Optional.empty() : whole;
    }

    /** Bytes for each row in it; empty if there are none, or it is not known how many. */
    Optional<Double> bytesPerRow() {
        return rows.filter(known -> known > 0 && bytes > 0).map(known -> (double) bytes / known);
    }
}
