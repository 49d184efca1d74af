package dbopt.migrate;

import static java.util.Objects.requireNonNull;

import dbopt.guard.GuardedDrop;
import dbopt.history.HistoryComparison;
import dbopt.history.MigrationMatch;
import dbopt.project.Drops;
import dbopt.project.HistoryOwnership;
import dbopt.project.MigrationProject;
import dbopt.project.RequiredRights;
import dbopt.server.DatabaseAddress;
import dbopt.server.ServerError;
import dbopt.terminal.Bytes;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.Terminal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** The migrations of one project on one schema history: everything is made sure of before Flyway writes its first row. */
final class MigrationTask {
    private static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(30));

    /** An index of a partitioned table goes in short tries, which nobody waits for long: so there are many of them. */
    private static final List<Duration> SHORT_PAUSES = Stream.concat(
                    Collections.nCopies(20, Duration.ofSeconds(1)).stream(),
                    Collections.nCopies(40, Duration.ofSeconds(5)).stream())
            .toList();

    private final MigrationProject project;
    private final DatabaseAddress address;
    private final CurrentEvidence evidence;
    private final SameDrops same;
    private final Terminal terminal;

    /**
     * What was done.
     *
     * @param applied by the names that people give them
     */
    record Result(List<String> applied, DropReport drops) {
        Result {
            applied = List.copyOf(applied);
        }

        /** In a line. */
        String text() {
            return "applied " + String.join(", ", applied)
                    + (drops.freed() == 0 ? "" : "; freed " + Bytes.text(drops.freed()));
        }
    }

    /** @param same the drops that do the same in whichever schema, which are not run in each; none for the only one */
    MigrationTask(
            MigrationProject project,
            DatabaseAddress address,
            CurrentEvidence evidence,
            SameDrops same,
            Terminal terminal) {
        this.project = requireNonNull(project, "project is null");
        this.address = requireNonNull(address, "address is null");
        this.evidence = requireNonNull(evidence, "evidence is null");
        this.same = requireNonNull(same, "same is null");
        this.terminal = requireNonNull(terminal, "terminal is null");
    }

    /**
     * Migrates.
     *
     * @param applicationName how the sessions of the configuration call themselves
     * @param where what a command needs besides to work on the same schema; empty for the project's only one
     * @throws CommandFailure when it refuses, or fails on the way
     */
    Result run(FluentConfiguration configuration, String applicationName, String where) {
        Map<MigrationVersion, GuardedDrop> drops = Drops.of(configuration);
        Map<String, Long> before = prepared(configuration, drops);
        RunLog log = run(new MigrationRun(
                address, applicationName, where, configuration, drops, PAUSES, SHORT_PAUSES, terminal));
        return new Result(log.done(), DropReport.of(drops, log.applied(), before, after(drops, where)));
    }

    /** Makes sure that these migrations belong here and this role can apply them, and returns the sizes of the indexes. */
    private Map<String, Long> prepared(FluentConfiguration configuration, Map<MigrationVersion, GuardedDrop> drops) {
        try (Connection database = address.connect("dbopt")) {
            RequiredRights.requireHistory(database, configuration, project, "dbopt migrate", true);
            Optional<HistoryComparison> history = HistoryOwnership.require(database, configuration, project);
            same.requireNone(pending(drops, history));
            MissingGuard.require(configuration, project, history.map(HistoryComparison::pending));
            RequiredRights.requireOfMigrations(database, project);
            UnusedDrops.among(pending(drops, history)).require(evidence);
            return sizes(database, drops);
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE, ServerError.of(e).text() + "\nNothing was changed.", e);
        } catch (FlywayException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.FAILED,
                    "The schema history cannot be read: " + e.getMessage() + "\nNothing was changed.",
                    e);
        }
    }

    /** Also what failed, which is tried again; all of them if there is no schema history yet. */
    private static Map<MigrationVersion, GuardedDrop> pending(
            Map<MigrationVersion, GuardedDrop> drops, Optional<HistoryComparison> history) {
        Map<MigrationVersion, GuardedDrop> pending = new TreeMap<>(drops);
        history.ifPresent(found -> pending.keySet()
                .removeIf(version -> !found.pending().contains(version)
                        && found.rows().stream()
                                .map(MigrationMatch::applied)
                                .noneMatch(row -> !row.isSuccess() && version.equals(row.getVersion()))));
        return pending;
    }

    private static RunLog run(MigrationRun run) {
        try {
            return run.run();
        } catch (CommandFailure e) {
            if (ServerError.among(e).filter(ServerError::lacksRight).isPresent()) {
                throw new CommandFailure(
                        CommandFailure.Kind.UNREACHABLE,
                        e.getMessage()
                                + "\nThis role may not do that: connect as the one that owns what the migration changes, or have an administrator grant it.",
                        e);
            }
            throw e;
        }
    }

    private Map<String, Long> after(Map<MigrationVersion, GuardedDrop> drops, String where) {
        try (Connection database = address.connect("dbopt")) {
            return sizes(database, drops);
        } catch (SQLException | CommandFailure e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "Every migration is applied, but the sizes of the indexes cannot be read: the server cannot be reached any more.\n"
                            + "To see what is applied: dbopt info" + where + ".",
                    e);
        }
    }

    private static Map<String, Long> sizes(Connection database, Map<MigrationVersion, GuardedDrop> drops)
            throws SQLException {
        return IndexSizeReader.read(
                database,
                new TreeSet<>(drops.values().stream().map(GuardedDrop::index).toList()));
    }
}
