package dbopt.evidence;

import dbopt.bundled.BundledSql;
import dbopt.server.CatalogSnapshot;
import dbopt.server.ReadableText;
import dbopt.server.ServerError;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the counters of one node with the queries of {@code db/observe}, in one read-only transaction. */
final class CounterReader {
    private static final int ROWS_AT_ONCE = 5000;

    private final Connection connection;
    private final BundledSql sql;

    private CounterReader(Connection connection, BundledSql sql) {
        this.connection = connection;
        this.sql = sql;
    }

    /**
     * Reads all counters of the node. The transaction is rolled back, and the connection is left as it was.
     *
     * @param earlier the node's last observation in the file; empty if the file has none
     */
    static Observation read(
            Connection connection, BundledSql sql, String node, Optional<ObservationReader.Node> earlier)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            CatalogSnapshot.begin(connection);
            // all counters as of one moment, as PostgreSQL 14 always reads them
            if (connection.getMetaData().getDatabaseMajorVersion() >= 15) {
                statement.execute("set local stats_fetch_consistency = snapshot");
            }
            return new CounterReader(connection, sql).observation(node, earlier);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private Observation observation(String node, Optional<ObservationReader.Node> earlier) throws SQLException {
        IndexReader reader = new IndexReader(connection, sql);
        List<IndexReader.Counted> counted = reader.counted();
        List<TableCounters> tables = tables();
        NodeState state = state(node);
        List<IndexCounters> indexes = reader.defined(
                counted,
                earlier.filter(known -> state.runsOnSince(known.state()))
                        .map(ObservationReader.Node::indexes)
                        .orElse(Map.of()));
        List<StatementCounters> statements = new ArrayList<>();
        StatementSource source = statements(statements);
        return new Observation(state, indexes, tables, source, statements);
    }

    private NodeState state(String node) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query("node"))) {
            row.next();
            return new NodeState(
                    time(row, "at").orElseThrow(),
                    node,
                    row.getString("cluster"),
                    text(row, "database"),
                    row.getString("version").replaceFirst(" .*", ""),
                    row.getBoolean("recovery"),
                    row.getInt("timeline"),
                    time(row, "started").orElseThrow(),
                    time(row, "database_reset"),
                    time(row, "server_reset"),
                    Arrays.asList((String[]) row.getArray("standbys").getArray()),
                    row.getBoolean("receiving"));
        }
    }

    private List<TableCounters> tables() throws SQLException {
        List<TableCounters> found = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(ROWS_AT_ONCE);
            try (ResultSet row = statement.executeQuery(query("tables"))) {
                while (row.next()) {
                    found.add(new TableCounters(
                            row.getLong("id"),
                            text(row, "schema_name"),
                            text(row, "table_name"),
                            row.getLong("sequential_scans"),
                            row.getLong("rows_read_sequentially"),
                            row.getLong("index_scans"),
                            row.getLong("inserted"),
                            row.getLong("updated"),
                            row.getLong("updated_heap_only"),
                            row.getLong("deleted"),
                            row.getLong("live_rows"),
                            ReadableText.of(row, "whole").map(ReadableText::text)));
                }
            }
        }
        return found;
    }

    /**
     * Reads the counters of the statements. If the extension pg_stat_statements is missing, too old, not loaded or not readable
     * for this role, the result says so.
     */
    private StatementSource statements(List<StatementCounters> found) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement()) {
            Optional<String> schema = string(statement, query("statements_schema"));
            if (schema.isEmpty()) {
                return StatementSource.missing("the extension pg_stat_statements is not installed in this database");
            }
            long hidden =
                    Long.parseLong(string(statement, query("hidden_statements").replace("{schema}", schema.get()))
                            .orElseThrow());
            try (ResultSet row = statement.executeQuery(query("statements").replace("{schema}", schema.get()))) {
                while (row.next()) {
                    found.add(new StatementCounters(
                            row.getString("id"),
                            text(row, "role_name"),
                            text(row, "text"),
                            row.getLong("calls"),
                            row.getLong("blocks"),
                            row.getDouble("milliseconds")));
                }
            }
            return lost(schema.get(), hidden);
        } catch (SQLException e) {
            connection.rollback(before);
            found.clear();
            return StatementSource.missing(
                    "pg_stat_statements cannot be read: " + ServerError.of(e).message());
        }
    }

    private StatementSource lost(String schema, long hidden) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query("statements_lost").replace("{schema}", schema))) {
            row.next();
            return new StatementSource(
                    Optional.empty(), hidden, Optional.of(row.getLong("discarded")), time(row, "reset"));
        } catch (SQLException e) {
            connection.rollback(before);
            return new StatementSource(Optional.empty(), hidden, Optional.empty(), Optional.empty());
        }
    }

    private String query(String name) {
        return sql.query("db/observe/" + name + ".sql");
    }

    private static Optional<String> string(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        }
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return ReadableText.required(row, column).text();
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }
}
