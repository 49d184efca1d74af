package dbopt.undo;

import static java.util.stream.Collectors.joining;

import dbopt.server.InvalidIndexes;
import dbopt.server.SessionTimeouts;
import dbopt.server.SessionWatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.executor.Context;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogFactory;
import org.flywaydb.core.internal.callback.CallbackExecutor;
import org.flywaydb.core.internal.database.base.Database;
import org.flywaydb.core.internal.database.base.Schema;
import org.flywaydb.core.internal.jdbc.ExecutionTemplateFactory;
import org.flywaydb.core.internal.jdbc.JdbcUtils;
import org.flywaydb.core.internal.schemahistory.SchemaHistory;

/** Carries out a plan under the lock that {@code migrate} takes. */
final class UndoRun {
    private static final Log LOG = LogFactory.getLog(UndoRun.class);

    private final Configuration configuration;
    private final UndoPlanner planner;
    private final SchemaHistory history;
    private final Database<?> database;
    private final Schema<?, ?> schema;
    private final CallbackExecutor<Event> callbacks;
    private final UndoListener listener;
    private final Consumer<UndoPlan> judge;
    private final DeletedMarkerRow row;
    private final List<Undone> undone = new ArrayList<>();
    private boolean recording;

    UndoRun(
            Configuration configuration,
            UndoPlanner planner,
            SchemaHistory history,
            Database<?> database,
            Schema<?, ?> schema,
            CallbackExecutor<Event> callbacks,
            UndoListener listener,
            Consumer<UndoPlan> judge) {
        this.configuration = configuration;
        this.planner = planner;
        this.history = history;
        this.database = database;
        this.schema = schema;
        this.callbacks = callbacks;
        this.listener = listener;
        this.judge = judge;
        this.row = new DeletedMarkerRow(history, database, schema.getTable(configuration.getTable()));
    }

    /** Plans before any callback runs, and again under the lock from the schema history as it is then. */
    UndoResult run() {
        UndoPlan decided = planner.plan();
        if (decided.steps().isEmpty()) {
            // a migrate that holds the lock may still apply something
            decided = underLock(() -> planner.plan());
        }
        if (decided.steps().isEmpty()) {
            return new UndoResult(List.of(), decided.note() + invalidIndexes());
        }
        judge.accept(decided);
        return run(decided);
    }

    private UndoResult run(UndoPlan decided) {
        afterConnect();
        callbacks.onMigrateOrUndoEvent(Event.BEFORE_UNDO);
        UndoResult result;
        try {
            result = underLock(() -> undo(planNow(decided)));
        } catch (FlywayException e) {
            afterError(e, () -> callbacks.onMigrateOrUndoEvent(Event.AFTER_UNDO_ERROR));
            closeLock();
            throw e;
        }
        callbacks.onMigrateOrUndoEvent(Event.AFTER_UNDO);
        callbacks.onOperationFinishEvent(Event.AFTER_UNDO_OPERATION_FINISH, result);
        return result;
    }

    /** Runs the work under the lock; while the lock is not free, the listener receives which session the undo waits for. */
    private <T> T underLock(Callable<T> work) {
        requireNotInterrupted("its turn came");
        keepSessions();
        SessionWatch turn = BuildWatch.start(
                configuration.getDataSource(), database.getMainConnection().getJdbcConnection(), listener);
        try {
            return history.lock(() -> {
                turn.close();
                requireNotInterrupted("anything was undone");
                return work.call();
            });
        } catch (FlywayException e) {
            if (e instanceof UndoRefusedException || e instanceof UndoFailedException || !listener.interrupted()) {
                throw e;
            }
            throw interrupted("its turn came", e);
        } finally {
            turn.close();
        }
    }

    private void keepSessions() {
        try {
            SessionTimeouts.turnOff(database.getMainConnection().getJdbcConnection());
            SessionTimeouts.turnOff(connection());
        } catch (SQLException e) {
            LOG.debug("The time-outs of the sessions stay: " + e.getMessage());
        }
    }

    private void requireNotInterrupted(String before) {
        if (listener.interrupted()) {
            throw interrupted(before, null);
        }
    }

    private UndoFailedException interrupted(String before, Throwable cause) {
        return UndoFailure.interrupted(before, undone, configuration.isGroup(), planner, cause);
    }

    /**
     * Returns a note on invalid indexes, such as one that an interrupted drop left: {@code migrate} did not record that drop,
     * so there is nothing to undo.
     */
    private String invalidIndexes() {
        try {
            List<String> invalid =
                    InvalidIndexes.in(database.getMainConnection().getJdbcConnection());
            return invalid.isEmpty()
                    ? ""
                    : "\n" + InvalidIndexes.text(invalid)
                            + "\nTo have it valid again: ".replace(" it", invalid.size() == 1 ? " it" : " them")
                            + InvalidIndexes.repair(invalid);
        } catch (SQLException e) {
            LOG.debug("Whether an index is invalid is unknown: " + e.getMessage());
            return "";
        }
    }

    /**
     * Runs the callback {@code afterConnect} on the migration's connection. Flyway 12 cannot do that: it runs the callback on
     * its first connection only, in {@code migrate} too.
     */
    private void afterConnect() {
        try {
            callbacks.onMigrationConnectionEvent(Event.AFTER_CONNECT);
        } catch (NoSuchMethodError e) {
            LOG.debug("This Flyway has no afterConnect callback on the migration's connection");
        }
    }

    /**
     * Returns the plan for the schema history as it is now: while this process waited for the lock, another may have undone or
     * migrated.
     */
    private UndoPlan planNow(UndoPlan decided) {
        UndoStep newest = decided.steps().get(0);
        if (planner.target().oldest().isEmpty() && !planner.isApplied(newest)) {
            return new UndoPlan(List.of(), "Nothing to undo: %s was undone meanwhile.".formatted(newest.name()));
        }
        return planner.plan();
    }

    private UndoResult undo(UndoPlan plan) {
        judge.accept(plan);
        endWithThisProcess();
        row.startAfterHistory();
        if (configuration.isGroup()) {
            inTransaction(() -> {
                plan.steps().forEach(step -> undo(step, plan));
                return null;
            });
        } else {
            plan.steps().forEach(step -> undo(step, plan));
        }
        return new UndoResult(undone, plan.steps().isEmpty() ? plan.note() : summary() + "\n" + plan.note());
    }

    private void undo(UndoStep step, UndoPlan plan) {
        recording = false;
        requireNotInterrupted(step.name() + " was undone");
        int number = undone.size() + 1;
        tell(() -> listener.starting(step, number, plan.steps().size()));
        long start = System.nanoTime();
        Undone result;
        try {
            if (step.script().runsInTransaction() && !configuration.isGroup()) {
                result = inTransaction(() -> runAndRecord(step, start));
            } else {
                result = runAndRecord(step, start);
            }
        } catch (Exception e) {
            afterError(e, () -> callbacks.onEachMigrateOrUndoEvent(Event.AFTER_EACH_UNDO_ERROR));
            List<Undone> kept = configuration.isGroup() ? List.of() : undone;
            throw UndoFailure.of(step, kept, configuration.isGroup(), recording, planner, listener.interrupted(), e);
        }
        undone.add(result);
        tell(() -> listener.done(result));
    }

    private Undone runAndRecord(UndoStep step, long start) throws Exception {
        database.getMigrationConnection().restoreOriginalState();
        database.getMigrationConnection().changeCurrentSchemaTo(schema);
        callbacks.onEachMigrateOrUndoEvent(Event.BEFORE_EACH_UNDO);
        if (!configuration.isSkipExecutingMigrations()) {
            execute(step);
        }
        callbacks.onEachMigrateOrUndoEvent(Event.AFTER_EACH_UNDO);
        Undone result = Undone.of(step, Duration.ofNanos(System.nanoTime() - start));
        recording = true;
        if (step.script().runsInTransaction()) {
            row.write(step, result);
        } else {
            inTransaction(() -> {
                row.write(step, result);
                return null;
            });
        }
        return result;
    }

    private void execute(UndoStep step) throws Exception {
        Connection connection = connection();
        Context context = new Context() {
            @Override
            public Configuration getConfiguration() {
                return configuration;
            }

            @Override
            public Connection getConnection() {
                return connection;
            }
        };
        try (SessionWatch ignored = BuildWatch.start(configuration.getDataSource(), connection, listener)) {
            new PartsRestore(connection, listener::interrupted)
                    .run(() -> step.script().getExecutor().execute(context));
        }
    }

    private <T> T inTransaction(Callable<T> work) {
        return ExecutionTemplateFactory.createExecutionTemplate(connection(), database)
                .execute(() -> {
                    try {
                        return work.call();
                    } catch (OutOfMemoryError | StackOverflowError e) {
                        // on an Error, Flyway would commit what was done so far
                        throw new FlywayException("it does not fit into the memory of this process (" + e + ")", e);
                    }
                });
    }

    private Connection connection() {
        return database.getMigrationConnection().getJdbcConnection();
    }

    /**
     * Makes the server end a statement if this process is gone, so that a killed or disconnected undo does not continue to
     * build in the server. Not every server can detect that.
     */
    private void endWithThisProcess() {
        try {
            database.getMigrationConnection()
                    .getJdbcTemplate()
                    .execute("select pg_catalog.set_config('client_connection_check_interval', '2s', false)");
        } catch (SQLException e) {
            LOG.debug("If this process is killed, the server finishes its statement: " + e.getMessage());
        }
    }

    /**
     * Closes the connection that holds the lock. Flyway stops closing its connections at the first one that is gone, which
     * would leave this connection open.
     */
    private void closeLock() {
        if (!database.useSingleConnection()) {
            JdbcUtils.closeConnection(database.getMainConnection().getJdbcConnection());
        }
    }

    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            LOG.debug("A listener failed: " + e);
        }
    }

    /** Runs the callback for an error; a failure of the callback does not hide the error. */
    private static void afterError(Exception error, Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            error.addSuppressed(e);
        }
    }

    private String summary() {
        long milliseconds = undone.stream().mapToLong(Undone::milliseconds).sum();
        return undone.stream()
                .map(migration -> "V" + migration.version())
                .collect(joining(", ", "Undone: ", String.format(Locale.ROOT, " (%.1f s).", milliseconds / 1000.0)));
    }
}
