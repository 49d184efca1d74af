package dbopt.migrate;

import dbopt.project.HistoryTable;
import dbopt.server.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * The rows that a failed non-transactional migration leaves in the schema history, for which Flyway refuses to go on. A
 * guarded drop can be run again from its start, so its row may be removed; nothing else is touched or realigned.
 */
final class FailedMigrations {
    private FailedMigrations() {}

    /** Removes the failed rows of these versions; returns the versions whose row was removed. */
    static List<String> clear(Connection connection, Configuration configuration, Collection<MigrationVersion> versions)
            throws SQLException {
        HistoryTable history = HistoryTable.of(connection, configuration);
        if (!history.exists(connection)) {
            return List.of();
        }
        return Rows.all(
                connection,
                "delete from " + history.quoted() + " where not success and version = any (?) returning version",
                row -> row.getString(1),
                versions.stream().map(MigrationVersion::getVersion).toList());
    }
}
