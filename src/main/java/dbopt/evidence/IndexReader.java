package dbopt.evidence;

import dbopt.bundled.BundledSql;
import dbopt.server.ReadableText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads the counters of the indexes of a node, and the definitions that the node's last observation lacks. */
final class IndexReader {
    private static final int ROWS_AT_ONCE = 5000;

    private final Connection connection;
    private final BundledSql sql;

    IndexReader(Connection connection, BundledSql sql) {
        this.connection = connection;
        this.sql = sql;
    }

    /**
     * The counters of an index whose definition is not read yet.
     *
     * @param defined makes the index's counters with its definition
     */
    record Counted(long id, Optional<String> printedFrom, Function<String, IndexCounters> defined) {
        /**
         * Returns the definition from the last observation, if the catalog rows from which it was printed have not changed
         * since.
         */
        private Optional<String> definition(Optional<IndexCounters> earlier) {
            return earlier.filter(known -> known.printedFrom().equals(printedFrom) && printedFrom.isPresent())
                    .map(IndexCounters::definition);
        }
    }

    /** Reads the counters of all indexes. */
    List<Counted> counted() throws SQLException {
        List<Counted> found = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(ROWS_AT_ONCE);
            try (ResultSet row = statement.executeQuery(sql.query("db/observe/indexes.sql"))) {
                while (row.next()) {
                    found.add(counted(row));
                }
            }
        }
        return found;
    }

    private static Counted counted(ResultSet row) throws SQLException {
        long id = row.getLong("id");
        long table = row.getLong("table_id");
        String schemaName = text(row, "schema_name");
        String tableName = text(row, "table_name");
        String indexName = text(row, "index_name");
        Optional<String> printedFrom = Optional.ofNullable(row.getString("printed_from"));
        long scans = row.getLong("scans");
        long entriesRead = row.getLong("entries_read");
        Optional<Instant> lastScan = Optional.ofNullable(row.getObject("last_scan", OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
        long bytes = row.getLong("bytes");
        Optional<String> whole = ReadableText.of(row, "whole").map(ReadableText::text);
        Optional<Long> rows = Optional.ofNullable(row.getObject("rows_in_it", Long.class));
        return new Counted(
                id,
                printedFrom,
                definition -> new IndexCounters(
                        id,
                        table,
                        schemaName,
                        tableName,
                        indexName,
                        definition,
                        printedFrom,
                        scans,
                        entriesRead,
                        lastScan,
                        bytes,
                        rows,
                        whole));
    }

    /**
     * Returns the counters with the indexes' definitions. An index that was dropped in the meantime, or whose definition cannot
     * be printed without waiting for a lock, is left out.
     *
     * @param earlier the indexes in the node's last observation, by id; empty if the server was restarted or promoted since
     *     then
     */
    List<IndexCounters> defined(List<Counted> counted, Map<String, IndexCounters> earlier) throws SQLException {
        Map<Long, String> definitions = new HashMap<>();
        List<Long> unknown = new ArrayList<>();
        for (Counted index : counted) {
            index.definition(Optional.ofNullable(earlier.get(String.valueOf(index.id()))))
                    .ifPresentOrElse(known -> definitions.put(index.id(), known), () -> unknown.add(index.id()));
        }
        print(unknown, definitions);
        return counted.stream()
                .filter(index -> definitions.containsKey(index.id()))
                .map(index -> index.defined().apply(definitions.get(index.id())))
                .toList();
    }

    private void print(List<Long> indexes, Map<Long, String> definitions) throws SQLException {
        if (indexes.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql.query("db/observe/definitions.sql"))) {
            statement.setFetchSize(ROWS_AT_ONCE);
            statement.setArray(1, connection.createArrayOf("oid", indexes.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Optional<ReadableText> definition = ReadableText.of(row, "definition");
                    if (definition.isPresent()) {
                        definitions.put(row.getLong("id"), definition.get().text());
                    }
                }
            }
        }
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return ReadableText.required(row, column).text();
    }
}
