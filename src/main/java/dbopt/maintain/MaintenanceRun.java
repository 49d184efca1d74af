package dbopt.maintain;

import static java.util.Objects.requireNonNull;

import dbopt.bundled.BundledSql;
import dbopt.server.DatabaseAddress;
import dbopt.server.LockWatch;
import dbopt.server.ServerError;
import dbopt.server.ServerProcess;
import dbopt.server.SessionTimeouts;
import dbopt.tenants.EqualSchemas;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.Terminal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs the steps one at a time, each as a statement of its own: a finished step stays done, whatever ends the run. */
final class MaintenanceRun {
    private static final String CANCELLED = "57014";
    /** The SQLSTATE codes of a table or a schema that no longer exists. */
    private static final Set<String> GONE = Set.of("42P01", "3F000");

    private static final Duration CLOCK_DIFFERENCE = Duration.ofMillis(200);

    /**
     * The result of a run.
     *
     * @param done the steps whose statement succeeded
     * @param failed the statement and the server's message for each step that failed
     * @param left the steps that were not done because the time was up or the user interrupted
     */
    record Outcome(List<MaintenanceStep> done, List<String> failed, List<MaintenanceStep> left, boolean interrupted) {
        Outcome {
            done = List.copyOf(done);
            failed = List.copyOf(failed);
            left = List.copyOf(left);
        }
    }

    private final DatabaseAddress address;
    private final BundledSql sql;
    private final Limits limits;
    private final Terminal terminal;
    private final String applicationName =
            "dbopt maintain " + ProcessHandle.current().pid();
    private final List<MaintenanceStep> done = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final EqualSchemas schemas;
    private StepsDone told = new StepsDone(List.of(), EqualSchemas.none());
    private volatile Statement running;

    /**
     * Creates a run.
     *
     * @param schemas the equal schemas, whose steps are reported as one
     */
    MaintenanceRun(DatabaseAddress address, BundledSql sql, Limits limits, EqualSchemas schemas, Terminal terminal) {
        this.schemas = requireNonNull(schemas, "schemas is null");
        this.address = requireNonNull(address, "address is null");
        this.sql = requireNonNull(sql, "sql is null");
        this.limits = requireNonNull(limits, "limits is null");
        this.terminal = requireNonNull(terminal, "terminal is null");
    }

    Outcome run(List<MaintenanceStep> steps) throws SQLException {
        Optional<Instant> deadline = limits.duration().map(Instant.now()::plus);
        told = new StepsDone(steps, schemas);
        try (Connection connection = MaintenanceSession.open(address, applicationName);
                Statement statement = connection.createStatement();
                LockWatch ignored = LockWatch.start(address, applicationName, terminal);
                ProgressWatch progress = ProgressWatch.start(address, sql, ServerProcess.of(connection), terminal)) {
            running = statement;
            SessionTimeouts.turnOff(connection);
            MaintenanceSession.set(connection, "vacuum_cost_delay", limits.costDelay());
            MaintenanceSession.set(connection, "lock_timeout", limits.lockTimeout());
            for (int position = 0; position < steps.size(); position++) {
                if (InterruptHandler.interrupted() || !runWithin(deadline, statement, progress, steps.get(position))) {
                    return new Outcome(
                            done, failed, steps.subList(position, steps.size()), InterruptHandler.interrupted());
                }
            }
            return new Outcome(done, failed, List.of(), false);
        } finally {
            told.rest().forEach(terminal::progress);
        }
    }

    /** Cancels the running statement, from another thread. {@link #run} then returns the steps that are left. */
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

    /** Runs the step. Returns false if the time was up before the step ended, or the user interrupted. */
    private boolean runWithin(
            Optional<Instant> deadline, Statement statement, ProgressWatch progress, MaintenanceStep step)
            throws SQLException {
        Duration remaining =
                deadline.map(end -> Duration.between(Instant.now(), end)).orElse(Duration.ZERO);
        if (deadline.isPresent() && remaining.toMillis() <= 0) {
            return false;
        }
        MaintenanceSession.set(statement.getConnection(), "statement_timeout", remaining);
        long started = System.nanoTime();
        terminal.passing(step.shown() + " ...");
        progress.running(step.shown());
        try {
            statement.execute(step.statement());
        } catch (SQLException e) {
            return goesOnAfter(step, ServerError.of(e), statement.getConnection(), deadline);
        } finally {
            progress.running("");
        }
        done.add(step);
        told.done(step, (System.nanoTime() - started) / 1e9).ifPresent(terminal::progress);
        return true;
    }

    /**
     * Whether the run goes on with the next step after an error. It does not if the time was up or the user interrupted, and
     * fails if the connection is lost.
     */
    private boolean goesOnAfter(
            MaintenanceStep step, ServerError error, Connection connection, Optional<Instant> deadline)
            throws SQLException {
        if (InterruptHandler.interrupted()) {
            return false;
        }
        if (error.sqlState().equals(CANCELLED)
                && deadline.filter(end -> Instant.now().isAfter(end.minus(CLOCK_DIFFERENCE)))
                        .isPresent()) {
            return false;
        }
        if (GONE.contains(error.sqlState())) {
            terminal.progress(step.shown() + " is no longer needed: the table has been dropped");
            told.ended(step).ifPresent(terminal::progress);
            return true;
        }
        failed.add(step.shown() + ": " + error.message());
        terminal.progress(step.shown() + " was skipped: " + error.message());
        told.ended(step).ifPresent(terminal::progress);
        if (!connection.isValid(5)) {
            throw new SQLException(error.message(), error.sqlState());
        }
        return true;
    }
}
