package dbopt.scaffold;

import static java.util.Comparator.naturalOrder;

import dbopt.server.Rows;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * The versions in the schema history of a database.
 *
 * @param name the name of its table, qualified by the schema if that is known
 * @param rows the rows that have a version, oldest first
 */
record SchemaHistory(String name, boolean exists, List<Row> rows) {
    private static final String UNDEFINED_COLUMN = "42703";
    private static final Set<String> NO_MIGRATIONS = Set.of("BASELINE", "SCHEMA", "DELETE", "UNDO_SQL");

    /**
     * A row of the schema history.
     *
     * @param checksum null if Flyway has none, such as for a migration in Java
     */
    record Row(
            int rank,
            MigrationVersion version,
            String description,
            String type,
            String script,
            Integer checksum,
            boolean success) {}

    SchemaHistory {
        rows = List.copyOf(rows);
    }

    /** Returns the highest version; a version that is not above it would never run. */
    Optional<MigrationVersion> highest() {
        return rows.stream().map(Row::version).max(naturalOrder());
    }

    /** Returns the migrations that are applied and were not undone or deleted since, in the order of their versions. */
    List<Row> applied() {
        Map<MigrationVersion, Row> last = new TreeMap<>();
        rows.forEach(row -> last.put(row.version(), row));
        return last.values().stream()
                .filter(row -> row.success() && !NO_MIGRATIONS.contains(row.type()))
                .toList();
    }

    boolean isApplied(MigrationVersion version) {
        return applied().stream().anyMatch(row -> row.version().equals(version))
                || rows.stream()
                        .anyMatch(row ->
                                row.type().equals("BASELINE") && row.version().compareTo(version) >= 0);
    }

    boolean isUndone(MigrationVersion version) {
        return !isApplied(version)
                && rows.stream().anyMatch(row -> row.version().equals(version) && row.success());
    }

    /**
     * Reads the schema history that the configuration names.
     *
     * @throws CommandFailure if the schema history exists and cannot be read
     */
    static SchemaHistory in(Connection connection, Configuration flyway) {
        try {
            Optional<String> history = history(connection, flyway);
            List<Row> rows = history.isPresent() ? rows(connection, history.get()) : List.of();
            return new SchemaHistory(shown(flyway), history.isPresent(), rows);
        } catch (FlywayException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "Nothing was written: which versions this database has applied is unknown, because %s is not a schema history of Flyway (%s)."
                            .formatted(shown(flyway), e.getMessage()),
                    e);
        } catch (SQLException e) {
            if (UNDEFINED_COLUMN.equals(e.getSQLState())) {
                throw new CommandFailure(
                        CommandFailure.Kind.UNREACHABLE,
                        "Nothing was written: which versions this database has applied is unknown, because %s is not a schema history of Flyway (%s)."
                                .formatted(shown(flyway), ServerError.of(e).message()),
                        e);
            }
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    """
                    Nothing was written: which versions this database has applied is unknown, because its schema history %s cannot be read (%s).
                    Connect as a role that may read it: GRANT SELECT ON %1$s TO ..."""
                            .formatted(shown(flyway), ServerError.of(e).message()),
                    e);
        }
    }

    private static Optional<String> history(Connection connection, Configuration flyway) throws SQLException {
        return Rows.first(
                connection,
                """
                select pg_catalog.format('%I.%I', n.nspname, c.relname)
                from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                where n.nspname = coalesce(?, pg_catalog.current_schema()) and c.relname = ? and c.relkind in ('r', 'p', 'v')
                """,
                row -> row.getString(1),
                schema(flyway),
                flyway.getTable());
    }

    private static List<Row> rows(Connection connection, String history) throws SQLException {
        return Rows.all(
                connection,
                "select installed_rank, version, description, type, script, checksum, success from " + history
                        + " where version is not null order by installed_rank",
                row -> new Row(
                        row.getInt("installed_rank"),
                        MigrationVersion.fromVersion(row.getString("version")),
                        row.getString("description"),
                        row.getString("type"),
                        row.getString("script"),
                        row.getObject("checksum", Integer.class),
                        row.getBoolean("success")));
    }

    /** Returns the schema of the history; null if Flyway uses the schema of the connection. */
    private static String schema(Configuration flyway) {
        if (flyway.getDefaultSchema() != null) {
            return flyway.getDefaultSchema();
        }
        return flyway.getSchemas().length == 0 ? null : flyway.getSchemas()[0];
    }

    private static String shown(Configuration flyway) {
        String schema = schema(flyway);
        return schema == null ? flyway.getTable() : schema + "." + flyway.getTable();
    }
}
