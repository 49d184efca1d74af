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

/** The way back of one version, as Flyway read it: placeholders, {@code .conf} file and delimiters as in a migration. */
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

    /** Whether the script and its row in the schema history are one transaction. */
    public boolean runsInTransaction() {
        return getExecutor().canExecuteInTransaction();
    }

    /** The SQL, placeholders replaced, each statement with its delimiter. */
    public List<String> statements() {
        List<String> statements = new ArrayList<>();
        try (SqlStatementIterator iterator = script.getSqlStatements()) {
            for (SqlStatement statement = iterator.next(); statement != null; statement = iterator.next()) {
                statements.add(statement.getSql() + statement.getDelimiter());
            }
        }
        return statements;
    }

    /** The folder it was found in, as its location names it. */
    Path folder() {
        Path parent = Path.of(script.getResource().getAbsolutePath()).getParent();
        return parent == null ? Path.of("") : parent;
    }

    /** It is not a migration that waits to be run: {@code info} shows it as what makes a version undoable. */
    @Override
    public MigrationState getState(MigrationInfoContext context) {
        return MigrationState.AVAILABLE;
    }
}
