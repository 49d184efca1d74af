package dbopt.undo;

import java.sql.SQLException;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.extensibility.AppliedMigration;
import org.flywaydb.core.internal.database.base.Connection;
import org.flywaydb.core.internal.database.base.Database;
import org.flywaydb.core.internal.database.base.Table;
import org.flywaydb.core.internal.schemahistory.SchemaHistory;
import org.flywaydb.core.internal.util.AbbreviationUtils;

/**
 * Records in the schema history that a migration was undone, with a row of type {@code DELETE} as {@code repair} writes it,
 * which every Flyway can read. The row names the undo script, so it also shows who undid the migration, and when.
 *
 * <p>The row is written on the connection that ran the script, so that a transactional script and its row are committed
 * together; with Flyway's default lock, {@link SchemaHistory} itself would write the row on another connection.
 */
final class DeletedMarkerRow {
    private final SchemaHistory history;
    private final Database<?> database;
    private final Table<?, ?> table;
    private int nextRank;

    DeletedMarkerRow(SchemaHistory history, Database<?> database, Table<?, ?> table) {
        this.history = history;
        this.database = database;
        this.table = table;
    }

    void startAfterHistory() {
        nextRank = rankAfterHistory();
    }

    private int rankAfterHistory() {
        return history.allAppliedMigrations().stream()
                        .mapToInt(AppliedMigration::getInstalledRank)
                        .max()
                        .orElse(0)
                + 1;
    }

    /**
     * Writes the row. Fails if the connection that holds the lock is gone, because another process may then have changed the
     * history.
     */
    void write(UndoStep step, Undone undone) throws SQLException {
        int rank = Math.max(nextRank, rankAfterHistory());
        Connection<?> connection = database.getMigrationConnection();
        connection.restoreOriginalState();
        settleFailure(step.migration(), connection);
        connection
                .getJdbcTemplate()
                .update(
                        database.getInsertStatement(table),
                        rank,
                        undone.version(),
                        undone.description(),
                        CoreMigrationType.DELETE.name(),
                        AbbreviationUtils.abbreviateScript(undone.script()),
                        step.script().getChecksum(),
                        database.getInstalledBy(),
                        (int) Math.min(undone.milliseconds(), Integer.MAX_VALUE),
                        true);
        nextRank = rank + 1;
    }

    /**
     * Marks the row of a failed migration as successful, since its undo leaves nothing to repair. If the row stayed failed,
     * {@code repair} would remove it and keep the row of the undo, which would then count against an earlier row of that
     * version.
     */
    private void settleFailure(AppliedMigration migration, Connection<?> connection) throws SQLException {
        if (!migration.isSuccess()) {
            connection
                    .getJdbcTemplate()
                    .update(
                            "update %s set %s = true where %s = ?"
                                    .formatted(table, database.quote("success"), database.quote("installed_rank")),
                            migration.getInstalledRank());
        }
    }
}
