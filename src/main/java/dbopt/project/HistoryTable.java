package dbopt.project;

import static java.util.Objects.requireNonNull;

import dbopt.server.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Stream;
import org.flywaydb.core.api.configuration.Configuration;

/** The name of Flyway's schema history table, whether the table exists or not. */
public record HistoryTable(String schema, String table) {
    private static final String SCHEMA_HOLDS_OTHERS =
            """
            select exists (
                select from pg_catalog.pg_class c
                where c.relnamespace = pg_catalog.to_regnamespace(?)
                    and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and c.relname <> ?
            )
            """;

    public HistoryTable {
        requireNonNull(schema, "schema is null");
        requireNonNull(table, "table is null");
    }

    /**
     * Finds the table as Flyway does: in the default schema, or the first of the configured schemas, or the connection's
     * schema.
     */
    public static HistoryTable of(Connection connection, Configuration configuration) throws SQLException {
        Optional<String> configured = configuredSchema(configuration);
        return new HistoryTable(
                configured.isPresent() ? configured.get() : String.valueOf(connection.getSchema()),
                configuration.getTable());
    }

    /** Returns the default schema, or the first of the configured schemas; empty if the connection's schema is used. */
    static Optional<String> configuredSchema(Configuration configuration) {
        // the schemas are only looked up if they are needed: Flyway copies the configuration each time
        return Optional.ofNullable(configuration.getDefaultSchema())
                .or(() -> Stream.of(configuration.getSchemas()).findFirst());
    }

    /** Returns the table's qualified name, quoted for SQL. */
    public String quoted() {
        return quoted(schema) + "." + quoted(table);
    }

    public boolean exists(Connection connection) throws SQLException {
        return isTrue(
                connection,
                "select exists (select from pg_catalog.pg_class c where c.relnamespace = pg_catalog.to_regnamespace(?) and c.relname = ?)");
    }

    /** Whether the table's schema holds any other relation. */
    public boolean hasCompany(Connection connection) throws SQLException {
        return isTrue(connection, SCHEMA_HOLDS_OTHERS);
    }

    private boolean isTrue(Connection connection, String query) throws SQLException {
        return Rows.only(connection, query, row -> row.getBoolean(1), quoted(schema), table);
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
