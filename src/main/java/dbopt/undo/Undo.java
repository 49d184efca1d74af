package dbopt.undo;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;
import org.flywaydb.core.FlywayExecutor;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * Undoes applied migrations. Flyway's setting {@code target} says how many: all migrations down to that version, including it,
 * or without a target only the newest migration.
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
     * Returns what {@link #run} would do. No callback runs, no lock is taken, and the connections are read-only.
     *
     * @throws UndoRefusedException if the undo would be refused
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
     * Undoes the migrations, newest first; each one is recorded in the schema history before the next begins.
     *
     * @throws UndoRefusedException if the undo is refused, before anything is changed
     * @throws UndoFailedException if the undo fails after it began
     */
    public UndoResult run(UndoListener listener) {
        return run(listener, plan -> {});
    }

    /**
     * Undoes the migrations as {@link #run(UndoListener)} does, unless {@code judge} refuses the plan.
     *
     * @param judge receives the plan, and once more under the lock, when no other process can migrate any more; throws an
     *     {@link UndoRefusedException} if a migration of the plan must not be undone
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
