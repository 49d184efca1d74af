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
 * Removes the rows that failed non-transactional migrations leave in the schema history, since Flyway refuses to go on
 * because of them. A guarded drop can be repeated from its start, so its row may be removed. No other row is touched or
 * realigned.
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
