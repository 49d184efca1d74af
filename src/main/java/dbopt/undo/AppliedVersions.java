package dbopt.undo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.extensibility.AppliedMigration;

/** Reads from a schema history, as Flyway does, which versions are applied now. */
final class AppliedVersions {
    private AppliedVersions() {}

    /**
     * Returns the versions that are applied and not undone, in the order of their installation, including baselines and failed
     * migrations. A version that was undone and applied again stands where it was applied last.
     */
    static List<AppliedMigration> in(List<AppliedMigration> history) {
        List<AppliedMigration> applied = new ArrayList<>();
        for (AppliedMigration row : history) {
            if (row.getVersion() == null || row.getType() == CoreMigrationType.SCHEMA) {
                continue;
            }
            if (takesBack(row)) {
                applied.removeIf(migration -> isTakenBackBy(row, migration));
            } else {
                applied.removeIf(migration -> isTakenBackBy(row, migration));
                applied.add(row);
            }
        }
        return applied;
    }

    /** Returns the latest row of each version that was undone and is not applied now. */
    static List<AppliedMigration> undoneIn(List<AppliedMigration> history) {
        Map<MigrationVersion, AppliedMigration> undone = new TreeMap<>();
        for (AppliedMigration row : history) {
            if (row.getVersion() == null || row.getType() == CoreMigrationType.SCHEMA) {
                continue;
            }
            if (takesBack(row)) {
                undone.put(row.getVersion(), row);
            } else {
                undone.remove(row.getVersion());
            }
        }
        return List.copyOf(undone.values());
    }

    private static boolean takesBack(AppliedMigration row) {
        boolean takesBack =
                row.getType() == CoreMigrationType.DELETE || row.getType().isUndo();
        if (row.getType().isUndo() && !row.isSuccess()) {
            throw new UndoRefusedException(
                    """
                    The schema history holds a failed undo of V%1$s (%2$s), which another tool wrote. Nothing was changed.
                    Look at what it left, then let flyway repair remove its row and undo again.\
                    """
                            .formatted(row.getVersion(), row.getScript()));
        }
        return takesBack;
    }

    private static boolean isTakenBackBy(AppliedMigration row, AppliedMigration migration) {
        return migration.getVersion().equals(row.getVersion())
                && !migration.getType().isSynthetic();
    }
}
