package dbopt.migrate;

import static java.util.Objects.requireNonNull;

import dbopt.guard.GuardedDrop;
import dbopt.history.HistoryComparison;
import dbopt.history.MigrationMatch;
import dbopt.project.Drops;
import dbopt.project.HistoryOwnership;
import dbopt.project.MigrationProject;
import dbopt.project.RequiredRights;
import dbopt.schemas.OneSchema;
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

/** Applies the migrations of one project to one schema history. All checks are done before Flyway writes its first row. */
final class MigrationTask {
    private static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(30));

    /**
     * The pauses between attempts to drop a partitioned index. Each attempt is short, so that other sessions do not wait
     * long; there are many of them.
     */
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
     * The result of a run.
     *
     * @param applied the names of the applied migrations, for people to read
     */
    record Result(List<String> applied, DropReport drops) {
        Result {
            applied = List.copyOf(applied);
        }

        /** What was applied and freed, in one line. */
        String text() {
            return "applied " + String.join(", ", applied)
                    + (drops.freed() == 0 ? "" : "; freed " + Bytes.text(drops.freed()));
        }
    }

    /**
     * @param same the drops of an index that is the same for every schema, which must not run once for each schema; none if
     *     there is only one schema
     */
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
     * Applies the migrations.
     *
     * @param applicationName the application name of the configuration's sessions
     * @throws CommandFailure if a check refuses the run, or a migration fails
     */
    Result run(FluentConfiguration configuration, String applicationName) {
        Map<MigrationVersion, GuardedDrop> drops = Drops.of(configuration);
        Prepared prepared;
        try (Connection database = address.connect("dbopt")) {
            prepared = prepared(database, configuration, drops);
        } catch (SQLException e) {
            throw unreachable(e);
        }
        RunLog log = run(
                new MigrationRun(address, applicationName, "", configuration, drops, PAUSES, SHORT_PAUSES, terminal),
                true,
                false);
        return new Result(log.done(), DropReport.of(drops, log.applied(), prepared.sizes(), after(drops, "")));
    }

    /**
     * Applies the migrations to one of many schemas, with as few connections as possible.
     *
     * @throws CommandFailure if a check refuses the run, or a migration fails
     */
    Result run(OneSchema one) {
        Map<MigrationVersion, GuardedDrop> drops = Drops.of(one.configuration());
        Prepared prepared = prepared(one.connection(), one.configuration(), drops);
        RunLog log = run(
                new MigrationRun(
                        address,
                        one.applicationName(),
                        one.where(),
                        one.configuration(),
                        drops,
                        PAUSES,
                        SHORT_PAUSES,
                        terminal),
                prepared.hasFailed(),
                baselines(one, prepared));
        Map<String, Long> after =
                log.applied().stream().anyMatch(drops::containsKey) ? after(one, drops) : prepared.sizes();
        return new Result(log.done(), DropReport.of(drops, log.applied(), prepared.sizes(), after));
    }

    /**
     * Reads the sizes after the run. The connection was idle during the run, so the server may have closed it; then it opens
     * another one.
     */
    private Map<String, Long> after(OneSchema one, Map<MigrationVersion, GuardedDrop> drops) {
        try {
            return sizes(one.connection(), drops);
        } catch (SQLException e) {
            return after(drops, one.where());
        }
    }

    /**
     * What is known before Flyway writes its first row.
     *
     * @param sizes the sizes of the indexes
     * @param hasHistory whether there is a schema history
     * @param hasFailed whether the schema history has rows of failed migrations
     */
    private record Prepared(Map<String, Long> sizes, boolean hasHistory, boolean hasFailed) {}

    private static boolean baselines(OneSchema one, Prepared prepared) {
        try {
            return !prepared.hasHistory() && KnownBaseline.isDue(one);
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    private static CommandFailure unreachable(SQLException e) {
        return new CommandFailure(
                CommandFailure.Kind.UNREACHABLE, ServerError.of(e).text() + "\nNothing was changed.", e);
    }

    /** Makes sure that the migrations belong to this database and that this role can apply them. */
    private Prepared prepared(
            Connection database, FluentConfiguration configuration, Map<MigrationVersion, GuardedDrop> drops) {
        try {
            RequiredRights.requireHistory(database, configuration, project, "dbopt migrate", true);
            Optional<HistoryComparison> history = HistoryOwnership.require(database, configuration, project);
            same.requireNone(pending(drops, history));
            MissingGuard.require(configuration, project, history.map(HistoryComparison::pending));
            RequiredRights.requireOfMigrations(database, project);
            UnusedDrops.among(pending(drops, history)).require(evidence);
            return new Prepared(
                    sizes(database, drops),
                    history.isPresent(),
                    history.filter(found -> found.rows().stream()
                                    .anyMatch(row -> !row.applied().isSuccess()))
                            .isPresent());
        } catch (SQLException e) {
            throw unreachable(e);
        } catch (FlywayException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.FAILED,
                    "The schema history cannot be read: " + e.getMessage() + "\nNothing was changed.",
                    e);
        }
    }

    /**
     * Returns the drops to apply: the pending ones, and failed ones, which are repeated. Without a schema history, these are
     * all drops.
     */
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

    private static RunLog run(MigrationRun run, boolean clearsFailed, boolean baselines) {
        try {
            return run.run(clearsFailed, baselines);
        } catch (CommandFailure e) {
            if (ServerError.among(e).filter(ServerError::lacksRight).isPresent()) {
                throw new CommandFailure(
                        CommandFailure.Kind.UNREACHABLE,
                        e.getMessage()
                                + "\nThis role is not allowed to do that: connect as the owner of what the migration changes, or have an administrator grant it.",
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
                    "Every migration is applied, but the sizes of the indexes cannot be read: the server can no longer be reached.\n"
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
