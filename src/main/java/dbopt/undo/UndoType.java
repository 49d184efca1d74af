package dbopt.undo;

import org.flywaydb.core.extensibility.MigrationType;

/** The type of an undo script, and of the rows that Flyway's paid edition writes for an undo. */
enum UndoType implements MigrationType {
    UNDO_SQL;

    @Override
    public boolean isUndo() {
        return true;
    }

    @Override
    public boolean isSynthetic() {
        return false;
    }

    @Override
    public boolean isBaseline() {
        return false;
    }
}
