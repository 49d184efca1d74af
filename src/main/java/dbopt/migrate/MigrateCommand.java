package dbopt.migrate;

import static java.util.Objects.requireNonNull;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.EvidenceOptions;
import dbopt.commandline.Target;
import dbopt.guard.GuardedDrop;
import dbopt.history.HistoryComparison;
import dbopt.history.MigrationMatch;
import dbopt.project.Drops;
import dbopt.project.FlywaySession;
import dbopt.project.HistoryOwnership;
import dbopt.project.ProgressLog;
import dbopt.project.RequiredRights;
import dbopt.project.ScriptLinter;
import dbopt.server.DatabaseAddress;
import dbopt.server.ServerError;
import dbopt.server.WritableServer;
import dbopt.terminal.CommandFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dbopt migrate}. */
@Command(
        name = "migrate",
        description = "Applies the pending migrations, and tells what became of each index.",
        mixinStandardHelpOptions = true)
public final class MigrateCommand implements Callable<Integer> {
    private static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(30));

    /** An index of a partitioned table goes in short tries, which nobody waits for long: so there are many of them. */
    private static final List<Duration> SHORT_PAUSES = Stream.concat(
                    Collections.nCopies(20, Duration.ofSeconds(1)).stream(),
                    Collections.nCopies(40, Duration.ofSeconds(5)).stream())
            .toList();

    private final CommandContext context;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private EvidenceOptions evidence;

    @Option(
            names = "--node",
            paramLabel = "ADDRESS",
            description =
                    "With --evidence: another server of the same cluster, beside those that the file has seen, which is asked before an unused index is dropped; may be repeated.")
    private List<String> nodes = List.of();

    public MigrateCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    @Override
    public Integer call() {
        if (evidence.file().isEmpty() && !nodes.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "--node names a server to ask about unused indexes, by what it has counted before: add --evidence FILE.\nNothing was changed.");
        }
        ProgressLog.install(context.terminal());
        try (Target target = connection.open(context, true, context.terminal()::result)) {
            migrate(target.address());
            return 0;
        }
    }

    private void migrate(DatabaseAddress address) {
        String applicationName = "dbopt migrate " + ProcessHandle.current().pid();
        FluentConfiguration configuration = connection.project(context).flyway(address, applicationName);
        ScriptLinter.require(configuration);
        Map<MigrationVersion, GuardedDrop> drops = Drops.of(configuration);
        Map<String, Long> before = prepared(address, configuration, drops);
        Set<MigrationVersion> applied = run(new MigrationRun(
                address, applicationName, configuration, drops, PAUSES, SHORT_PAUSES, context.terminal()));
        context.terminal()
                .result(DropReport.of(drops, applied, before, after(address, drops))
                        .text());
    }

    /**
     * Makes sure that these migrations belong here and this role can apply them, and returns the sizes of the indexes; all
     * of it before Flyway writes its first row.
     */
    private Map<String, Long> prepared(
            DatabaseAddress address, FluentConfiguration configuration, Map<MigrationVersion, GuardedDrop> drops) {
        try (Connection database = address.connect("dbopt")) {
            FlywaySession.require(database, address, "dbopt migrate");
            WritableServer.require(database, "dbopt migrate");
            RequiredRights.requireHistory(database, configuration, connection.project(context), "dbopt migrate", true);
            Optional<HistoryComparison> history =
                    HistoryOwnership.require(database, configuration, connection.project(context));
            MissingGuard.require(configuration, connection.project(context), history.map(HistoryComparison::pending));
            RequiredRights.requireOfMigrations(database, connection.project(context));
            UnusedDrops.among(pending(drops, history))
                    .require(address, nodes, evidence, context.sql(), context.terminal());
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

    private static Set<MigrationVersion> run(MigrationRun run) {
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

    private static Map<String, Long> after(DatabaseAddress address, Map<MigrationVersion, GuardedDrop> drops) {
        try (Connection database = address.connect("dbopt")) {
            return sizes(database, drops);
        } catch (SQLException | CommandFailure e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "Every migration is applied, but the sizes of the indexes cannot be read: the server cannot be reached any more.\n"
                            + "To see what is applied: dbopt info.",
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
