package dbopt.undo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.resolver.MigrationResolver.Context;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.info.MigrationInfoContext;
import org.flywaydb.core.internal.resolver.ChecksumCalculator;
import org.flywaydb.core.internal.resolver.ResolvedMigrationImpl;
import org.flywaydb.core.internal.resolver.sql.SqlMigrationExecutor;
import org.flywaydb.core.internal.resource.ResourceName;
import org.flywaydb.core.internal.sqlscript.SqlScript;
import org.flywaydb.core.internal.sqlscript.SqlStatement;
import org.flywaydb.core.internal.sqlscript.SqlStatementIterator;

/**
 * The undo script of one version as Flyway reads it, with placeholders, a {@code .conf} file and delimiters as in a migration.
 */
public final class UndoScript extends ResolvedMigrationImpl {
    private final SqlScript script;

    private UndoScript(
            MigrationVersion version,
            String description,
            LoadableResource resource,
            SqlScript script,
            SqlMigrationExecutor executor) {
        super(
                version,
                description,
                resource.getRelativePath(),
                ChecksumCalculator.calculate(resource),
                null,
                UndoType.UNDO_SQL,
                resource.getAbsolutePathOnDisk(),
                executor);
        this.script = script;
    }

    static UndoScript read(LoadableResource resource, ResourceName name, Context flyway) {
        SqlScript script = flyway.sqlScriptFactory.createSqlScript(
                resource, flyway.configuration.isMixed(), flyway.resourceProvider);
        return new UndoScript(
                name.getVersion(),
                name.getDescription(),
                resource,
                script,
                new SqlMigrationExecutor(
                        flyway.sqlScriptExecutorFactory, script, true, flyway.configuration.isBatch()));
    }

    /** Whether the script and its row in the schema history are committed in one transaction. */
    public boolean runsInTransaction() {
        return getExecutor().canExecuteInTransaction();
    }

    /** Returns the statements of the script with their placeholders replaced, each with its delimiter. */
    public List<String> statements() {
        List<String> statements = new ArrayList<>();
        try (SqlStatementIterator iterator = script.getSqlStatements()) {
            for (SqlStatement statement = iterator.next(); statement != null; statement = iterator.next()) {
                statements.add(statement.getSql() + statement.getDelimiter());
            }
        }
        return statements;
    }

    /** Returns the folder in which the script was found, as the location names it. */
    Path folder() {
        Path parent = Path.of(script.getResource().getAbsolutePath()).getParent();
        return parent == null ? Path.of("") : parent;
    }

    /**
     * Returns {@code AVAILABLE}, since an undo script is not a pending migration: {@code info} shows the script as what makes a
     * version undoable.
     */
    @Override
    public MigrationState getState(MigrationInfoContext context) {
        return MigrationState.AVAILABLE;
    }
}
