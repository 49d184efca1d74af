package dbopt.audit;

import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;

/** The highest version in the schema history of a database: what is not above it would never run there. */
final class HighestAppliedVersion {
    private HighestAppliedVersion() {}

    /**
     * Reads the schema history that the configuration names.
     *
     * @return empty if there is none, or it holds no version
     * @throws CommandFailure when the history is there and cannot be read
     */
    static Optional<MigrationVersion> in(Connection connection, Configuration flyway) {
        try {
            Optional<String> history = history(connection, flyway);
            return history.isPresent() ? highest(connection, history.get()) : Optional.empty();
        } catch (FlywayException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "Nothing was written: which versions this database has passed is unknown, because %s is no schema history of Flyway (%s)."
                            .formatted(shown(flyway), e.getMessage()),
                    e);
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    """
                    Nothing was written: which versions this database has passed is unknown, because its schema history %s cannot be read (%s).
                    Connect as a role that may read it: GRANT SELECT ON %1$s TO ..."""
                            .formatted(shown(flyway), ServerError.of(e).message()),
                    e);
        }
    }

    private static Optional<String> history(Connection connection, Configuration flyway) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                select pg_catalog.format('%I.%I', n.nspname, c.relname)
                from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                where n.nspname = coalesce(?, pg_catalog.current_schema()) and c.relname = ? and c.relkind in ('r', 'p', 'v')
                """)) {
            statement.setString(1, schema(flyway));
            statement.setString(2, flyway.getTable());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    private static Optional<MigrationVersion> highest(Connection connection, String history) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select version from " + history + " where version is not null")) {
            Optional<MigrationVersion> highest = Optional.empty();
            while (row.next()) {
                MigrationVersion version = MigrationVersion.fromVersion(row.getString(1));
                highest = highest.filter(known -> known.compareTo(version) > 0).or(() -> Optional.of(version));
            }
            return highest;
        }
    }

    /** Null where Flyway takes the schema of the connection. */
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
