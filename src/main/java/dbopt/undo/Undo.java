package dbopt.undo;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;
import org.flywaydb.core.FlywayExecutor;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * The way back of applied migrations. How far it goes is Flyway's setting {@code target}: back to that version and
 * including it, or the newest migration only.
 */
public final class Undo {
    private final Configuration configuration;

    private Undo(Configuration configuration) {
        this.configuration = requireNonNull(configuration, "configuration is null");
    }

    public static Undo of(Configuration configuration) {
        return new Undo(configuration);
    }

    /**
     * What {@link #run} would do. Runs no callback, takes no lock, and its connections are read-only.
     *
     * @throws UndoRefusedException if it would refuse
     */
    public UndoPlan plan() {
        Configuration readOnly = ReadOnly.of(configuration);
        return new FlywayExecutor(readOnly)
                .execute(
                        (resolver, history, database, schema, schemas, callbacks, interceptor) -> {
                            UndoPlanner.refuseOtherDatabases(database);
                            return new UndoPlanner(readOnly, resolver, history).plan();
                        },
                        true,
                        null);
    }

    /**
     * Undoes, newest first, each step recorded before the next begins.
     *
     * @throws UndoRefusedException before anything is changed
     * @throws UndoFailedException on the way
     */
    public UndoResult run(UndoListener listener) {
        return run(listener, plan -> {});
    }

    /**
     * As {@link #run(UndoListener)}, where somebody else has a say once it is its turn.
     *
     * @param judge receives what will be undone, when nobody else can migrate any more; throws an
     *     {@link UndoRefusedException} where that must not be
     */
    public UndoResult run(UndoListener listener, Consumer<UndoPlan> judge) {
        requireNonNull(listener, "listener is null");
        requireNonNull(judge, "judge is null");
        return new FlywayExecutor(configuration)
                .execute(
                        (resolver, history, database, schema, schemas, callbacks, interceptor) -> {
                            UndoPlanner.refuseOtherDatabases(database);
                            UndoPlanner planner = new UndoPlanner(configuration, resolver, history);
                            return new UndoRun(
                                            configuration,
                                            planner,
                                            history,
                                            database,
                                            schema,
                                            callbacks,
                                            listener,
                                            judge)
                                    .run();
                        },
                        true,
                        null);
    }
}
