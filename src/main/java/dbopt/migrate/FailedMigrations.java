package dbopt.migrate;

import static java.util.stream.Collectors.joining;

import dbopt.project.HistoryTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * The rows that a failed non-transactional migration leaves in the schema history, for which Flyway refuses to go on. A
 * guarded drop can be run again from its start, so its row may go; nothing else is touched or realigned.
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
        String placeholders = versions.stream().map(version -> "?").collect(joining(", "));
        if (placeholders.isEmpty()) {
            return List.of();
        }
        try (PreparedStatement delete = connection.prepareStatement("delete from " + history.quoted()
                + " where not success and version in (" + placeholders + ") returning version")) {
            int position = 1;
            for (MigrationVersion version : versions) {
                delete.setString(position++, version.getVersion());
            }
            List<String> cleared = new ArrayList<>();
            try (ResultSet rows = delete.executeQuery()) {
                while (rows.next()) {
                    cleared.add(rows.getString(1));
                }
            }
            return cleared;
        }
    }
}
