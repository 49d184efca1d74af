package dbopt.rehearse;

import dbopt.guard.GuardedDrop;
import dbopt.project.Drops;
import dbopt.project.FlywaySession;
import dbopt.project.MigrationProject;
import dbopt.project.RequiredRights;
import dbopt.server.DatabaseAddress;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Finds the indexes that the next {@code migrate} would drop. */
final class PendingDrops {
    private PendingDrops() {}

    static List<String> of(MigrationProject project, DatabaseAddress address) {
        FluentConfiguration configuration = project.flyway(address, "dbopt rehearse");
        try (Connection database = address.connect("dbopt rehearse")) {
            FlywaySession.require(database, address, "dbopt rehearse");
            RequiredRights.requireHistory(database, configuration, project, "dbopt rehearse", false);
            Map<MigrationVersion, GuardedDrop> drops = Drops.of(configuration);
            return Stream.of(configuration.load().info().pending())
                    .map(MigrationInfo::getVersion)
                    .map(version -> version == null ? null : drops.get(version))
                    .filter(Objects::nonNull)
                    .map(GuardedDrop::index)
                    .toList();
        } catch (FlywayException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.FAILED,
                    "Which migrations are pending cannot be read: " + e.getMessage()
                            + "\nNothing was rehearsed. Or name the indexes: --without INDEX",
                    e);
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE, ServerError.of(e).text() + "\nNothing was rehearsed.", e);
        }
    }
}
