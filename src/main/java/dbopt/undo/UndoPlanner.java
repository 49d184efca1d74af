package dbopt.undo;

import dbopt.history.LocalMigrations;
import dbopt.history.TemporaryFunctions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.internal.database.base.Database;
import org.flywaydb.core.internal.resolver.CompositeMigrationResolver;
import org.flywaydb.core.internal.schemahistory.SchemaHistory;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/** Reads the schema history and the scripts, and plans the undo. */
final class UndoPlanner {
    private final Configuration configuration;
    private final CompositeMigrationResolver resolver;
    private final SchemaHistory history;
    private final UndoTarget target;

    UndoPlanner(Configuration configuration, CompositeMigrationResolver resolver, SchemaHistory history) {
        this.configuration = configuration;
        this.resolver = resolver;
        this.history = history;
        this.target = UndoTarget.of(configuration.getTarget());
    }

    UndoTarget target() {
        return target;
    }

    /** Returns the plan for the current schema history; refuses a plan that could not be carried out completely. */
    UndoPlan plan() {
        history.clearCache();
        UndoPlan plan = history.exists()
                ? fromHistory()
                : new UndoPlan(List.of(), "Nothing to undo: there is no schema history " + history + ".");
        refuseMissingChecks(plan);
        List<UndoStep> outsideTransaction = plan.steps().stream()
                .filter(step -> !step.script().runsInTransaction())
                .toList();
        if (!outsideTransaction.isEmpty()) {
            refuseTransactionalLock(outsideTransaction.get(0));
            refuseGroup(outsideTransaction.get(0));
        }
        return plan;
    }

    private UndoPlan fromHistory() {
        Collection<ResolvedMigration> resolved = resolver.resolveMigrations(configuration);
        return UndoPlan.of(
                target,
                AppliedVersions.in(history.allAppliedMigrations()),
                AppliedVersions.undoneIn(history.allAppliedMigrations()),
                UndoScripts.of(resolved, configuration),
                LocalMigrations.of(resolved, configuration));
    }

    /** Whether the migration of the step still counts as applied. */
    boolean isApplied(UndoStep step) {
        history.clearCache();
        return AppliedVersions.in(history.allAppliedMigrations()).stream()
                .anyMatch(applied ->
                        applied.getInstalledRank() == step.migration().getInstalledRank());
    }

    static void refuseOtherDatabases(Database<?> database) {
        String name = database.getDatabaseType().getName();
        if (!"PostgreSQL".equals(name)) {
            throw new UndoRefusedException(
                    "Cannot undo on %s: this plugin supports only PostgreSQL. Nothing was changed.".formatted(name));
        }
    }

    private void refuseMissingChecks(UndoPlan plan) {
        TemporaryFunctions made = TemporaryFunctions.of(configuration, "beforeEachUndo");
        List<String> callers = new ArrayList<>();
        SortedSet<String> missing = new TreeSet<>();
        for (UndoStep step : plan.steps()) {
            SortedSet<String> missingHere =
                    made.missingFor(String.join("\n", step.script().statements()));
            if (!missingHere.isEmpty()) {
                callers.add(step.script().getScript());
                missing.addAll(missingHere);
            }
        }
        if (!missing.isEmpty()) {
            throw new UndoRefusedException(
                    """
                    Cannot undo: %s: a callback beforeEachUndo creates pg_temp.%s, and flyway.locations has none that does. Nothing was changed.
                    Add the folder of that callback to flyway.locations (filesystem:db/callback, for example), and undo again.\
                    """
                            .formatted(String.join(", ", callers), String.join(", pg_temp.", missing)));
        }
    }

    private void refuseTransactionalLock(UndoStep step) {
        if (configuration
                .getPluginRegister()
                .getExact(PostgreSQLConfigurationExtension.class)
                .isTransactionalLock()) {
            throw new UndoRefusedException(
                    """
                    Cannot undo %s: %s runs outside a transaction, and Flyway's lock is held in one, for which a concurrent \
                    build waits forever. Nothing was changed.
                    Use a session lock: flyway.postgresql.transactional.lock=false \
                    (or FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK=false), and undo again.\
                    """
                            .formatted(step.name(), step.script().getScript()));
        }
    }

    private void refuseGroup(UndoStep step) {
        if (configuration.isGroup()) {
            throw new UndoRefusedException(
                    """
                    Cannot undo %s: %s runs outside a transaction, and group=true needs one transaction for all. Nothing was changed.
                    Undo again with flyway.group=false.\
                    """
                            .formatted(step.name(), step.script().getScript()));
        }
    }
}
