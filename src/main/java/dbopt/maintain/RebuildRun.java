package dbopt.maintain;

import static java.util.Objects.requireNonNull;

import dbopt.bundled.BundledSql;
import dbopt.server.DatabaseAddress;
import dbopt.server.LockWatch;
import dbopt.server.ServerError;
import dbopt.server.ServerProcess;
import dbopt.server.SessionTimeouts;
import dbopt.terminal.Bytes;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.Terminal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Rebuilds indexes one at a time. Whatever ends the run, each index is the old one or the new one, and never missing. What
 * an interrupted rebuild leaves is removed at once, or by the next run.
 */
final class RebuildRun {
    private static final String CANCELLED = "57014";

    /** The class of SQLSTATE codes for exhausted disk, memory or connections, with which the next rebuild would fail too. */
    private static final String INSUFFICIENT_RESOURCES = "53";

    private static final int LOOKS_FOR_END = 20;

    /** How long the removal of leftovers may wait for a lock after an interrupt. */
    private static final Duration TIME_TO_TIDY_UP = Duration.ofSeconds(8);

    /** The times at which a rebuild may start, and how long a rebuild may wait for each lock. */
    record Conditions(Optional<Instant> deadline, Optional<Hours> hours, Duration lockTimeout) {
        Conditions {
            requireNonNull(deadline, "deadline is null");
            requireNonNull(hours, "hours is null");
            requireNonNull(lockTimeout, "lockTimeout is null");
        }
    }

    /**
     * The result of a run.
     *
     * @param rebuilt the number of rebuilt indexes
     * @param freed the bytes that the rebuilds freed
     * @param failed a line for each rebuild that failed or was blocked, or whose index is not as it was before, with the
     *     reason
     * @param left the rebuilds that did not start
     * @param why why those did not start; empty if all did
     */
    record Outcome(int rebuilt, long freed, List<String> failed, List<Rebuild> left, String why) {
        Outcome {
            failed = List.copyOf(failed);
            left = List.copyOf(left);
        }
    }

    private final DatabaseAddress address;
    private final BundledSql sql;
    private final RebuildHistory history;
    private final Conditions conditions;
    private final Terminal terminal;
    private final String applicationName =
            "dbopt maintain " + ProcessHandle.current().pid();
    private final List<String> failed = new ArrayList<>();
    private int rebuilt;
    private long freed;
    private boolean exhausted;
    private int builder;
    private volatile Statement running;

    RebuildRun(
            DatabaseAddress address, BundledSql sql, RebuildHistory history, Conditions conditions, Terminal terminal) {
        this.address = requireNonNull(address, "address is null");
        this.sql = requireNonNull(sql, "sql is null");
        this.history = requireNonNull(history, "history is null");
        this.conditions = requireNonNull(conditions, "conditions is null");
        this.terminal = requireNonNull(terminal, "terminal is null");
    }

    Outcome run(List<Rebuild> rebuilds) throws SQLException {
        try (Connection reading = MaintenanceSession.reading(address);
                Connection building = MaintenanceSession.open(address, applicationName);
                Statement statement = building.createStatement();
                LockWatch ignored = LockWatch.start(address, applicationName, terminal);
                ProgressWatch progress = ProgressWatch.start(address, sql, ServerProcess.of(building), terminal)) {
            running = statement;
            builder = ServerProcess.of(building);
            SessionTimeouts.turnOff(building);
            MaintenanceSession.set(building, "lock_timeout", conditions.lockTimeout());
            for (int position = 0; position < rebuilds.size(); position++) {
                Optional<String> stop = whyNotStart();
                if (stop.isPresent()) {
                    return new Outcome(rebuilt, freed, failed, rebuilds.subList(position, rebuilds.size()), stop.get());
                }
                rebuild(rebuilds.get(position), reading, statement, progress);
            }
            return new Outcome(rebuilt, freed, failed, List.of(), InterruptHandler.interrupted() ? "Interrupted" : "");
        }
    }

    /** Cancels the running statement, from another thread. */
    void interrupt() {
        try {
            if (running != null) {
                running.cancel();
            }
        } catch (SQLException e) {
            terminal.progress("The running statement cannot be cancelled (it ends by itself): "
                    + ServerError.of(e).message());
        }
    }

    private Optional<String> whyNotStart() {
        if (InterruptHandler.interrupted()) {
            return Optional.of("Interrupted");
        }
        if (exhausted) {
            return Optional.of("The server is short of disk space, memory or connections");
        }
        if (conditions.deadline().filter(end -> !Instant.now().isBefore(end)).isPresent()) {
            return Optional.of("The time was up");
        }
        return conditions
                .hours()
                .filter(hours -> !hours.contain(LocalTime.now(ZoneId.systemDefault())))
                .map(hours -> "No rebuild starts outside " + hours + " by this machine's clock");
    }

    private void rebuild(Rebuild rebuild, Connection reading, Statement statement, ProgressWatch progress)
            throws SQLException {
        IndexState index = rebuild.index();
        Optional<IndexIdentity> before = IndexIdentity.read(reading, sql, index.tableOid(), index.name());
        if (before.isEmpty() || before.get().oid() != index.oid()) {
            terminal.progress(
                    rebuild.shown() + " is no longer needed: the index was dropped, renamed or rebuilt meanwhile");
            return;
        }
        List<String> obstacles = Obstacles.read(reading, sql, index.tableOid(), conditions.lockTimeout());
        if (!obstacles.isEmpty()) {
            fail(rebuild, String.join("; ", obstacles));
            return;
        }
        RebuildHistory.Entry begun = history.begin(
                index,
                index.oid(),
                before.get().bytes(),
                Leftovers.in(reading, sql).stream()
                        .filter(each -> each.tableOid() == index.tableOid())
                        .map(Leftovers.Leftover::index)
                        .toList());
        MaintenanceSession.set(
                statement.getConnection(),
                "statement_timeout",
                conditions
                        .deadline()
                        .map(end -> Duration.between(Instant.now(), end).plusMillis(1))
                        .orElse(Duration.ZERO));
        terminal.passing(rebuild.shown() + " ...");
        progress.running(rebuild.shown());
        long started = System.nanoTime();
        try {
            statement.execute(rebuild.statement());
        } catch (SQLException e) {
            progress.running("");
            afterError(rebuild, begun, before.get(), e, statement.getConnection());
            return;
        } finally {
            progress.running("");
        }
        verify(rebuild, begun, before.get(), reading, (System.nanoTime() - started) / 1e9);
    }

    /** Handles an error of a rebuild: removes what is left, and finds out whether the new index already replaced the old one. */
    private void afterError(
            Rebuild rebuild, RebuildHistory.Entry begun, IndexIdentity before, SQLException error, Connection building)
            throws SQLException {
        ServerError said = ServerError.of(error);
        boolean interrupted = InterruptHandler.interrupted();
        exhausted = said.sqlState().startsWith(INSUFFICIENT_RESOURCES);
        String why = interrupted
                ? "interrupted"
                : said.sqlState().equals(CANCELLED)
                                && conditions
                                        .deadline()
                                        .filter(end -> !Instant.now().isBefore(end))
                                        .isPresent()
                        ? "the time was up"
                        : said.message();
        boolean connected = building.isValid(5);
        Duration wait = interrupted && TIME_TO_TIDY_UP.compareTo(conditions.lockTimeout()) < 0
                ? TIME_TO_TIDY_UP
                : conditions.lockTimeout();
        try (Connection clearing = MaintenanceSession.reading(address)) {
            if (!connected) {
                awaitEnd(clearing);
            }
            boolean cleared = Leftovers.clear(clearing, sql, begun, wait, terminal);
            Optional<IndexIdentity> now = IndexIdentity.read(
                    clearing, sql, rebuild.index().tableOid(), rebuild.index().name());
            boolean swapped = now.isPresent() && now.get().oid() != before.oid();
            if (swapped && !cleared) {
                fail(rebuild, why + "; the new index is in use, and what is left of the old one is not removed");
            } else if (swapped) {
                verify(rebuild, begun, before, clearing, 0);
            } else {
                fail(rebuild, why);
                if (cleared) {
                    history.cleared(begun);
                }
            }
        } catch (SQLException | CommandFailure e) {
            fail(rebuild, why + "; its leftovers cannot be looked up now; run the same command again to remove them");
            throw new SQLException(said.message(), said.sqlState(), e);
        }
        if (!connected) {
            throw new SQLException(said.message(), said.sqlState(), error);
        }
    }

    /**
     * Waits up to two seconds for the end of the session that ran the rebuild. Such a session can outlive its connection for
     * a while, and the index that it works on is not a leftover yet.
     */
    private void awaitEnd(Connection clearing) throws SQLException {
        for (int look = 0; look < LOOKS_FOR_END && Obstacles.isActive(clearing, builder); look++) {
            InterruptHandler.pause(Duration.ofMillis(100));
        }
    }

    private void verify(
            Rebuild rebuild, RebuildHistory.Entry begun, IndexIdentity before, Connection reading, double seconds)
            throws SQLException {
        Optional<IndexIdentity> after = IndexIdentity.read(
                reading, sql, rebuild.index().tableOid(), rebuild.index().name());
        if (after.isEmpty()) {
            history.cleared(begun);
            terminal.progress(rebuild.shown() + ": done, and the index was dropped or renamed since");
            return;
        }
        long bytes = after.get().bytes();
        history.done(begun, bytes);
        rebuilt++;
        freed += before.bytes() - bytes;
        terminal.progress(String.format(
                Locale.ROOT,
                "%s: %s before, %s now, %s freed%s",
                rebuild.shown(),
                Bytes.text(before.bytes()),
                Bytes.text(bytes),
                Bytes.text(Math.max(before.bytes() - bytes, 0)),
                seconds > 0 ? String.format(Locale.ROOT, ", %.1f s", seconds) : ""));
        if (!after.get().identity().equals(before.identity())) {
            failed.add(rebuild.index().name() + " was rebuilt, but differs from before. Before: " + before.identity()
                    + "\n  Now: " + after.get().identity());
        }
    }

    private void fail(Rebuild rebuild, String why) {
        failed.add(rebuild.shown() + ": " + why);
        terminal.progress(rebuild.shown() + " was skipped: " + why);
    }
}
