package dbopt.maintain;

import static java.util.stream.Collectors.joining;

import dbopt.bundled.BundledSql;
import dbopt.commandline.CommandContext;
import dbopt.commandline.Target;
import dbopt.evidence.IndexSizes;
import dbopt.server.DatabaseAddress;
import dbopt.server.ReadableText;
import dbopt.server.Rows;
import dbopt.tenants.EqualSchemas;
import dbopt.terminal.Bytes;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.Terminal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The part of {@code dbopt maintain} that judges indexes one by one, and rebuilds bloated ones. */
final class Rebuilding {
    private static final int FIRST_SAFE_14 = 140004;

    private final DatabaseAddress address;
    private final String database;
    private final BundledSql sql;
    private final Terminal terminal;
    private final RebuildOptions options;
    private final boolean everySchema;

    /**
     * Creates this part of the command.
     *
     * @param everySchema whether each schema is reported separately, even if several are equal
     */
    Rebuilding(Target target, CommandContext context, RebuildOptions options, boolean everySchema) {
        this.everySchema = everySchema;
        this.address = target.address();
        this.database = target.display();
        this.sql = context.sql();
        this.terminal = context.terminal();
        this.options = options;
    }

    /** Reports which indexes would be rebuilt. */
    void tell() throws SQLException {
        try (Connection reading = MaintenanceSession.reading(address)) {
            requireSafeVersion(reading);
            RebuildPlan plan = plan(reading, history());
            terminal.result(plan.text(schemas(reading)));
            if (!plan.isEmpty()) {
                terminal.result(Obstacles.text(Obstacles.ofAny(reading, sql, options.lockTimeout())));
            }
            if (plan.isEmpty()) {
                terminal.result("No index needs a rebuild.");
            } else {
                terminal.result("Nothing was rebuilt. To do it: dbopt maintain --reindex --rebuilds FILE");
            }
            terminal.result(Leftovers.text(Leftovers.in(reading, sql)));
        }
    }

    /**
     * Rebuilds the bloated indexes.
     *
     * @return the exit code
     */
    int run(Optional<Instant> deadline) throws SQLException {
        try (Connection turn = MaintenanceSession.reading(address)) {
            requireSafeVersion(turn);
            takeTurn(turn);
            RebuildHistory history = history();
            boolean cleared = clearEarlier(turn, history);
            RebuildPlan plan = plan(turn, history);
            terminal.result(plan.text(schemas(turn)));
            RebuildRun run = new RebuildRun(
                    address,
                    sql,
                    history,
                    new RebuildRun.Conditions(deadline, options.hours(), options.lockTimeout()),
                    terminal);
            try (InterruptHandler ignored = InterruptHandler.onInterrupt(run::interrupt)) {
                RebuildRun.Outcome outcome = run.run(plan.rebuilds());
                return conclude(outcome, plan, cleared, turn);
            }
        }
    }

    private RebuildHistory history() {
        return options.file()
                .map(file -> RebuildHistory.read(file, database, terminal::progress))
                .orElseGet(RebuildHistory::none);
    }

    private IndexSizes sizes(Connection reading) throws SQLException {
        if (options.evidence().isEmpty()) {
            return IndexSizes.none();
        }
        return Rows.only(
                reading,
                sql.query("db/audit/cluster.sql"),
                row -> IndexSizes.read(
                        options.evidence().get(),
                        row.getString("cluster"),
                        ReadableText.required(row, "database").text(),
                        terminal::progress));
    }

    private RebuildPlan plan(Connection reading, RebuildHistory history) throws SQLException {
        List<IndexState> states = IndexStates.read(reading, sql, sizes(reading));
        if (options.measure().isPresent()) {
            states = IndexStates.measured(reading, states, options.measure().get(), terminal::progress);
        }
        return RebuildPlan.of(states, history, options.maxIndexBytes());
    }

    private EqualSchemas schemas(Connection reading) throws SQLException {
        return everySchema ? EqualSchemas.none() : EqualSchemas.readIfPossible(reading, sql);
    }

    static boolean isSafe(int version) {
        return version >= FIRST_SAFE_14;
    }

    /** Refuses PostgreSQL before 14.4, where a concurrent build could miss rows that were changed during the build. */
    private static void requireSafeVersion(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery(
                        "select pg_catalog.current_setting('server_version_num')::int, pg_catalog.current_setting('server_version')")) {
            row.next();
            if (!isSafe(row.getInt(1))) {
                throw new CommandFailure(
                        CommandFailure.Kind.UNREACHABLE,
                        "Indexes cannot be rebuilt concurrently on PostgreSQL " + row.getString(2)
                                + ": before 14.4 the new index may lack rows.\nNo index was touched. Update the server, then run the same command again.");
            }
        }
    }

    private static void takeTurn(Connection connection) throws SQLException {
        int other = Obstacles.takeTurn(connection);
        if (other != 0) {
            throw new CommandFailure(
                    CommandFailure.Kind.FAILED,
                    "Another dbopt maintain --reindex works on this database (pid " + other
                            + ").\nThis run touched no index. When the other has ended, run the same command again.");
        }
    }

    /** Removes what earlier runs left of rebuilds whose end is not recorded. Returns whether nothing is left. */
    private boolean clearEarlier(Connection connection, RebuildHistory history) throws SQLException {
        boolean cleared = true;
        for (RebuildHistory.Entry begun : history.unfinished()) {
            if (Leftovers.clear(connection, sql, begun, options.lockTimeout(), terminal)) {
                history.cleared(begun);
            } else {
                cleared = false;
            }
        }
        return cleared;
    }

    private int conclude(RebuildRun.Outcome outcome, RebuildPlan plan, boolean cleared, Connection turn)
            throws SQLException {
        terminal.result(
                plan.isEmpty()
                        ? "No index needs a rebuild."
                        : "Indexes rebuilt: " + outcome.rebuilt() + " of "
                                + plan.rebuilds().size() + "; " + Bytes.text(Math.max(outcome.freed(), 0))
                                + " freed.");
        if (!outcome.failed().isEmpty()) {
            terminal.progress(
                    outcome.failed().size() + " failed and were skipped:\n  " + String.join("\n  ", outcome.failed()));
        }
        if (!outcome.left().isEmpty()) {
            terminal.progress(outcome.why() + "; " + outcome.left().size() + " left:\n  "
                    + outcome.left().stream().map(Rebuild::shown).collect(joining("\n  ")));
        }
        terminal.result(Leftovers.text(Leftovers.in(turn, sql)));
        boolean failed = !outcome.failed().isEmpty() || InterruptHandler.interrupted() || !cleared;
        if (failed || !outcome.left().isEmpty()) {
            terminal.progress("What is done stays done. To do the rest, run the same command again.");
        }
        return failed ? CommandFailure.Kind.FAILED.exitCode() : 0;
    }
}
