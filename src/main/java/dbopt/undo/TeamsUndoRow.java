package dbopt.undo;

import java.util.Date;
import java.util.List;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.extensibility.AppliedMigration;
import org.flywaydb.core.internal.info.AppliedMigrationAttributes;
import org.flywaydb.core.internal.info.MigrationInfoContext;
import org.flywaydb.core.internal.schemahistory.BaseAppliedMigration;
import org.flywaydb.core.internal.util.Pair;

/**
 * A row of the schema history that Flyway's paid edition wrote for an undo. Without this class every command of Flyway fails on
 * such a history; dbopt itself never writes such a row.
 */
public final class TeamsUndoRow extends BaseAppliedMigration {
    /** Creates the instance that the service loader needs, which only knows the type of its rows. */
    public TeamsUndoRow() {}

    @Override
    public boolean handlesType(String type) {
        return UndoType.UNDO_SQL.name().equals(type);
    }

    @Override
    public AppliedMigration create(
            int installedRank,
            MigrationVersion version,
            String description,
            String type,
            String script,
            Integer checksum,
            Date installedOn,
            String installedBy,
            int executionTime,
            boolean success) {
        TeamsUndoRow row = new TeamsUndoRow();
        row.installedRank = installedRank;
        row.version = version;
        row.description = description;
        row.type = UndoType.UNDO_SQL;
        row.script = script;
        row.checksum = checksum;
        row.installedOn = installedOn;
        row.installedBy = installedBy;
        row.executionTime = executionTime;
        row.success = success;
        return row;
    }

    @Override
    public MigrationState getState(MigrationInfoContext context, boolean outOfOrder, ResolvedMigration resolved) {
        return isSuccess() ? MigrationState.SUCCESS : MigrationState.FAILED;
    }

    /** Returns false, since the version of such a row is not applied. */
    @Override
    public boolean isVersioned() {
        return false;
    }

    /** Marks the migration that this row undid as undone, so that {@code migrate} applies the migration again. */
    @Override
    public void updateAttributes(List<Pair<AppliedMigration, AppliedMigrationAttributes>> before) {
        for (int i = before.size() - 1; i >= 0 && isSuccess(); i--) {
            AppliedMigration migration = before.get(i).getLeft();
            if (getVersion().equals(migration.getVersion())
                    && !migration.getType().isUndo()
                    && !migration.getType().isSynthetic()) {
                before.get(i).getRight().undone = true;
                return;
            }
        }
    }
}
