package dbopt.watch;

import static java.util.Comparator.comparing;

import dbopt.effects.IndexEffect;
import dbopt.evidence.IndexCounters;
import dbopt.guard.DroppedNames;
import dbopt.project.Drops;
import dbopt.project.FlywaySession;
import dbopt.project.MigrationProject;
import dbopt.project.RequiredRights;
import dbopt.project.ScriptLinter;
import dbopt.server.DatabaseAddress;
import dbopt.server.LockWatch;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.watch.WatchedDrop.Migration;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** The migrations in the schema history with the indexes that their scripts drop. Finds the migration that dropped an index. */
record AppliedDrops(List<Script> scripts) {
    private static final String APPLICATION = "dbopt watch";

    /** A migration and the indexes that its script drops. */
    private record Script(Migration migration, List<DroppedNames.Name> drops) {}

    /** No migrations: no drop has a known version. */
    static AppliedDrops none() {
        return new AppliedDrops(List.of());
    }

    /**
     * Reads the schema history; changes nothing.
     *
     * @throws CommandFailure if the schema history cannot be read
     */
    static AppliedDrops read(MigrationProject project, DatabaseAddress address) {
        String applicationName = APPLICATION + " " + ProcessHandle.current().pid();
        FluentConfiguration configuration = project.flyway(address, applicationName);
        ScriptLinter.require(configuration);
        try (InterruptHandler ignored = InterruptHandler.onInterrupt(() -> LockWatch.cancel(address, applicationName));
                Connection database = address.connect("dbopt")) {
            FlywaySession.require(database, address, APPLICATION);
            RequiredRights.requireHistory(database, configuration, project, APPLICATION, false);
            return of(Drops.texts(configuration), configuration.load().info().all());
        } catch (FlywayException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.FAILED, "The schema history cannot be read: " + e.getMessage(), e);
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE, ServerError.of(e).text() + "\nNothing was changed.", e);
        }
    }

    private static AppliedDrops of(Map<MigrationVersion, String> texts, MigrationInfo... infos) {
        Map<MigrationVersion, Boolean> applied = new HashMap<>();
        Arrays.stream(infos)
                .filter(info -> info.getVersion() != null
                        && info.getInstalledOn() != null
                        && !info.getType().isBaseline()
                        && !info.getType().isUndo())
                .forEach(info -> applied.put(info.getVersion(), isApplied(info)));
        List<Script> scripts = new ArrayList<>();
        texts.forEach((version, text) -> Optional.ofNullable(applied.get(version))
                .ifPresent(is -> scripts.add(
                        new Script(new Migration(version, is, newer(version, applied)), DroppedNames.in(text)))));
        return new AppliedDrops(scripts);
    }

    private static List<MigrationVersion> newer(MigrationVersion version, Map<MigrationVersion, Boolean> applied) {
        return applied.keySet().stream()
                .filter(other -> applied.get(other) && other.compareTo(version) > 0)
                .sorted()
                .toList();
    }

    private static boolean isApplied(MigrationInfo info) {
        return info.getState().isApplied()
                && !info.getState().isFailed()
                && info.getState() != MigrationState.DELETED
                && info.getState() != MigrationState.UNDONE;
    }

    /**
     * Finds the newest migration that can have dropped the index: its script drops this name, in this schema or without a
     * schema.
     */
    WatchedDrop of(IndexEffect effect) {
        IndexCounters index = effect.lost().index();
        return new WatchedDrop(
                effect,
                scripts.stream()
                        .filter(script ->
                                script.drops().stream().anyMatch(name -> name.mayBe(index.schema(), index.index())))
                        .map(Script::migration)
                        .max(comparing(Migration::version)));
    }
}
