package dbopt.undo;

import static java.util.Objects.requireNonNull;

import org.flywaydb.core.extensibility.AppliedMigration;

/** An applied migration and the script that undoes it. */
public record UndoStep(AppliedMigration migration, UndoScript script) {
    public UndoStep {
        requireNonNull(migration, "migration is null");
        requireNonNull(script, "script is null");
    }

    /** Returns the short name of the migration, such as {@code V7}. */
    public String name() {
        return ScriptNames.shortName(migration.getVersion());
    }
}
