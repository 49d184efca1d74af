package dbopt.maintain;

import static java.util.Objects.requireNonNull;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.DurationConverter;
import dbopt.commandline.EverySchemaOption;
import dbopt.commandline.Target;
import dbopt.server.DatabaseAddress;
import dbopt.server.ServerError;
import dbopt.server.SessionPoolingCheck;
import dbopt.tenants.EqualSchemas;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.postgresql.PGConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code dbopt maintain}. */
@Command(
        name = "maintain",
        description = {
            "Analyse tables whose statistics are missing or stale, and vacuum those with many dead rows.",
            "One statement at a time; reads and writes go on, and it can be interrupted at any time. Never runs VACUUM FULL.",
            "With --reindex, then rebuild bloated indexes, while reads and writes go on."
        },
        mixinStandardHelpOptions = true)
public final class MaintainCommand implements Callable<Integer> {
    private static final String BLOATED_INDEXES = "db/health/bloated_indexes.sql";
    private static final String BLOATED_TABLES = "db/health/bloated_tables.sql";

    /** How many times the counters are read until they confirm the run: PostgreSQL 14 publishes its counters late. */
    private static final int LOOKS_FOR_CONFIRMATION = 20;

    private final CommandContext context;

    @Mixin
    private ConnectionOptions connection;

    @Option(names = "--dry-run", description = "Print what would be done, and change nothing.")
    private boolean dryRun;

    @Option(
            names = "--max-duration",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Stop after this time, for example 30m, and report what is left. Default: no limit.")
    private Optional<Duration> maxDuration = Optional.empty();

    @Option(
            names = "--cost-delay",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "2ms",
            description =
                    "How long to rest after each piece of work, as autovacuum does; 0 is full speed. Default: ${DEFAULT-VALUE}.")
    private Duration costDelay;

    @Option(
            names = "--lock-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "10s",
            description = "How long to wait for a locked table before it is skipped. Default: ${DEFAULT-VALUE}.")
    private Duration lockTimeout;

    @Mixin
    private EverySchemaOption everySchema;

    @Mixin
    private RebuildOptions rebuilds;

    public MaintainCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    @Override
    public Integer call() {
        requireFile();
        Optional<Instant> deadline = maxDuration.map(Instant.now()::plus);
        try (Target target = connection.open(context, false, context.terminal()::result)) {
            int exitCode = maintain(target.address());
            return rebuilds.judge() ? judgeIndexes(target, exitCode, deadline) : exitCode;
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "The maintenance stopped: " + ServerError.of(e).text()
                            + "\nWhat was analysed and vacuumed before is done. To go on: dbopt maintain",
                    e);
        }
    }

    private void requireFile() {
        if (rebuilds.reindex() && !dryRun && rebuilds.file().isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "--reindex needs --rebuilds FILE: there it notes what it rebuilds, so that the next run knows what a crash left, and what did not help.\nNothing was changed.");
        }
    }

    /** Judges the indexes after the tables were analysed, so that the statistics for the estimates are fresh. */
    private int judgeIndexes(Target target, int exitCode, Optional<Instant> deadline) throws SQLException {
        Rebuilding rebuilding = new Rebuilding(target, context, rebuilds, everySchema.isGiven());
        if (InterruptHandler.interrupted()) {
            return exitCode;
        }
        if (dryRun || !rebuilds.reindex()) {
            rebuilding.tell();
            return exitCode;
        }
        return Math.max(rebuilding.run(deadline), exitCode);
    }

    private int maintain(DatabaseAddress address) throws SQLException {
        try (Connection database = address.connect("dbopt maintain")) {
            SessionPoolingCheck.require(database, address, "dbopt maintain");
            requirePrimary(database);
        }
        TableStates states = states(address);
        MaintenancePlan plan = MaintenancePlan.of(states.tables());
        context.terminal().result(states.unreadableText());
        EqualSchemas schemas = schemas(address);
        context.terminal().result(plan.text(schemas));
        if (plan.isEmpty()) {
            context.terminal().result("Nothing to do: no table needs it (" + Thresholds.text() + ").");
            tellBloat(address);
            return 0;
        }
        if (dryRun) {
            tellBloat(address);
            context.terminal().result("Nothing was changed. To do it: dbopt maintain");
            return 0;
        }
        MaintenanceRun run = new MaintenanceRun(
                address, context.sql(), new Limits(maxDuration, costDelay, lockTimeout), schemas, context.terminal());
        try (InterruptHandler ignored = InterruptHandler.onInterrupt(run::interrupt)) {
            MaintenanceRun.Outcome outcome = run.run(plan.steps());
            context.terminal().result(verify(address, outcome.done()).text(schemas));
            tellBloat(address);
            return conclude(outcome, schemas);
        }
    }

    private TableStates states(DatabaseAddress address) throws SQLException {
        try (Connection database = MaintenanceSession.reading(address)) {
            return TableStates.read(database, context.sql());
        }
    }

    private EqualSchemas schemas(DatabaseAddress address) throws SQLException {
        if (everySchema.isGiven()) {
            return EqualSchemas.none();
        }
        try (Connection database = MaintenanceSession.reading(address)) {
            MaintenanceSession.set(database, "lock_timeout", lockTimeout);
            return EqualSchemas.readIfPossible(database, context.sql());
        }
    }

    private static void requirePrimary(Connection database) throws SQLException {
        if ("on".equals(database.unwrap(PGConnection.class).getParameterStatus("in_hot_standby"))) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    """
                    This server is a standby, which is read-only: ANALYZE and VACUUM run on its primary, and their effects are replicated here.
                    Nothing was changed. Give the address of the primary.""");
        }
    }

    private Verification verify(DatabaseAddress address, List<MaintenanceStep> done) throws SQLException {
        Verification verification = Verification.of(done, states(address).tables());
        for (int look = 1; look < LOOKS_FOR_CONFIRMATION && !verification.confirmed(); look++) {
            InterruptHandler.pause(Duration.ofMillis(100));
            verification = Verification.of(done, states(address).tables());
        }
        return verification;
    }

    /** Reports bloat. VACUUM makes nothing smaller, so a person has to decide what to do. */
    private void tellBloat(DatabaseAddress address) throws SQLException {
        try (Connection database = MaintenanceSession.reading(address)) {
            if (!rebuilds.judge()) {
                Bloat indexes = Bloat.read(database, "indexes", context.sql().query(BLOATED_INDEXES));
                context.terminal()
                        .result(indexes.text(
                                "VACUUM does not make an index smaller. To rebuild bloated ones, when it suits:"));
            }
            Bloat tables = Bloat.read(database, "tables", context.sql().query(BLOATED_TABLES));
            context.terminal()
                    .result(
                            tables.text(
                                    "VACUUM lets new rows use the empty pages of a table, and does not make it smaller. Bloated tables:"));
        }
    }

    /**
     * Prints what was not done, and returns the exit code. It throws no exception, whose message could be lost: an
     * interrupted process may end as soon as this method returns.
     */
    private int conclude(MaintenanceRun.Outcome outcome, EqualSchemas schemas) {
        if (!outcome.failed().isEmpty()) {
            context.terminal()
                    .progress(outcome.failed().size() + " failed and were skipped:\n  "
                            + String.join("\n  ", outcome.failed()));
        }
        if (!outcome.left().isEmpty()) {
            context.terminal()
                    .progress((outcome.interrupted() ? "Interrupted; " : "The time was up; ")
                            + outcome.left().size() + " left:\n  "
                            + AlikeSteps.lines(outcome.left(), schemas));
        }
        boolean failed = outcome.interrupted() || !outcome.failed().isEmpty();
        if (failed || !outcome.left().isEmpty()) {
            context.terminal().progress("What is done stays done. To do the rest: dbopt maintain");
        }
        return failed ? CommandFailure.Kind.FAILED.exitCode() : 0;
    }
}
