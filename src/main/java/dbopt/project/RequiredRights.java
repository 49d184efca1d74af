package dbopt.project;

import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.api.configuration.Configuration;

/** Whether the role may do what a command is about to do; asked before anything is written. */
public final class RequiredRights {
    /** The project's own check of what its migrations need. */
    private static final String OF_THE_MIGRATIONS = "db/callback/beforeMigrate__rights.sql";

    private static final String LACKING =
            """
            with history as (
                select n.oid as schema, n.nspname, c.oid as history, c.relname
                from pg_catalog.pg_namespace n
                left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = ?
                where n.nspname = ?
            )
            select pg_catalog.format('GRANT USAGE ON SCHEMA %%I TO %%I;', nspname, current_user)
            from history where not pg_catalog.has_schema_privilege(schema, 'USAGE')
            union all
            select pg_catalog.format('GRANT CREATE ON SCHEMA %%I TO %%I;', nspname, current_user)
            from history where %1$s and history is null and not pg_catalog.has_schema_privilege(schema, 'CREATE')
            union all
            select pg_catalog.format('GRANT %2$s ON TABLE %%I.%%I TO %%I;', nspname, relname, current_user)
            from history where history is not null and not (%3$s)
            """;

    private RequiredRights() {}

    /**
     * Makes sure that the schema history can be read, and where the command writes, written.
     *
     * @param command what is about to be run, for the message
     * @throws CommandFailure with the statements that give what is missing
     */
    public static void requireHistory(
            Connection connection, Configuration configuration, String command, boolean writes) throws SQLException {
        HistoryTable history = HistoryTable.of(connection, configuration);
        String query = LACKING.formatted(
                writes,
                writes ? "SELECT, INSERT, UPDATE, DELETE" : "SELECT",
                writes
                        ? "pg_catalog.has_table_privilege(history, 'SELECT') and pg_catalog.has_table_privilege(history, 'INSERT')"
                        : "pg_catalog.has_table_privilege(history, 'SELECT')");
        List<String> lacking = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, history.table());
            statement.setString(2, history.schema());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    lacking.add("  " + rows.getString(1));
                }
            }
        }
        if (!lacking.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    """
                    Role %s lacks rights that %s needs on the schema history %s.%s. Nothing was changed.
                    Connect as the role that runs the migrations, or have an administrator run:
                    %s"""
                            .formatted(
                                    connection.getMetaData().getUserName(),
                                    command,
                                    history.schema(),
                                    history.table(),
                                    String.join("\n", lacking)));
        }
    }

    /**
     * Makes sure of what the project itself asks for; Flyway without this tool asks a little later.
     *
     * @throws CommandFailure naming all that is missing
     */
    public static void requireOfMigrations(Connection connection, MigrationProject project) throws SQLException {
        if (!project.has(OF_THE_MIGRATIONS)) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(project.read(OF_THE_MIGRATIONS));
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE, ServerError.of(e).text() + "\nNothing was changed.", e);
        }
    }
}
