package dbopt.project;

import dbopt.server.Rows;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.configuration.Configuration;

/** Checks, before anything is written, that the role has the rights that a command needs. */
public final class RequiredRights {
    /** The project's own check of the rights that its migrations need. */
    private static final String OF_THE_MIGRATIONS = "db/callback/beforeMigrate__rights.sql";

    private static final String LACKING =
            """
            with history as (
                select n.oid as schema, n.nspname, c.oid as history, c.relname
                from pg_catalog.pg_namespace n
                left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = ?
                where n.nspname = ?
            )
            select pg_catalog.format('USAGE on schema %%I: GRANT USAGE ON SCHEMA %%1$I TO %%I', nspname, current_user)
            from history where not pg_catalog.has_schema_privilege(schema, 'USAGE')
            union all
            select pg_catalog.format('CREATE on schema %%I: GRANT CREATE ON SCHEMA %%1$I TO %%I', nspname, current_user)
            from history where %1$s and history is null and not pg_catalog.has_schema_privilege(schema, 'CREATE')
            union all
            select pg_catalog.format('%2$s on the schema history: GRANT %2$s ON TABLE %%I.%%I TO %%I', nspname, relname, current_user)
            from history where history is not null and not (%3$s)
            """;

    private RequiredRights() {}

    /**
     * Checks that the role can read the schema history and, if the command writes, write to it. If not, the rights that the
     * project's own check asks for are reported too.
     *
     * @param command the command that is about to run, for the message
     * @throws CommandFailure with the statements that grant what is missing
     */
    public static void requireHistory(
            Connection connection,
            Configuration configuration,
            MigrationProject project,
            String command,
            boolean writes)
            throws SQLException {
        List<String> lacking = new ArrayList<>(lackingOnHistory(connection, configuration, writes));
        if (!lacking.isEmpty()) {
            if (writes) {
                refusal(connection, project)
                        .flatMap(refused -> ServerError.of(refused).detail())
                        .ifPresent(detail -> detail.lines().forEach(lacking::add));
            }
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    """
                    Role %s lacks rights that %s needs
                    %s
                    Nothing was changed. Connect as the role that runs the migrations, or have an administrator grant what is missing, and run it again."""
                            .formatted(
                                    TerminalText.line(connection.getMetaData().getUserName()),
                                    command,
                                    TerminalText.some(lacking)));
        }
    }

    private static List<String> lackingOnHistory(Connection connection, Configuration configuration, boolean writes)
            throws SQLException {
        HistoryTable history = HistoryTable.of(connection, configuration);
        String query = LACKING.formatted(
                writes,
                writes ? "SELECT, INSERT, UPDATE, DELETE" : "SELECT",
                writes
                        ? "pg_catalog.has_table_privilege(history, 'SELECT') and pg_catalog.has_table_privilege(history, 'INSERT')"
                        : "pg_catalog.has_table_privilege(history, 'SELECT')");
        return Rows.all(connection, query, row -> row.getString(1), history.table(), history.schema());
    }

    /**
     * Runs the project's own check of the rights of its migrations, which Flyway without dbopt runs a little later.
     *
     * @throws CommandFailure with a list of all that is missing
     */
    public static void requireOfMigrations(Connection connection, MigrationProject project) {
        refusal(connection, project).ifPresent(refused -> {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    ServerError.of(refused).text() + "\nNothing was changed.",
                    refused);
        });
    }

    private static Optional<SQLException> refusal(Connection connection, MigrationProject project) {
        if (!project.has(OF_THE_MIGRATIONS)) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(project.read(OF_THE_MIGRATIONS));
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of(e);
        }
    }
}
