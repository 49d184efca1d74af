package dbopt.server;

import dbopt.terminal.CommandFailure;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Checks whether a server allows this session to write. */
public final class WritableServer {
    private static final String QUERY =
            """
            select pg_catalog.pg_is_in_recovery() as standby,
                pg_catalog.current_setting('transaction_read_only') = 'on' as read_only,
                case source
                    when 'user' then pg_catalog.format('ALTER ROLE %I RESET default_transaction_read_only', session_user)
                    when 'database' then
                        pg_catalog.format('ALTER DATABASE %I RESET default_transaction_read_only', pg_catalog.current_database())
                    when 'database user' then
                        pg_catalog.format('ALTER ROLE %I IN DATABASE %I RESET default_transaction_read_only',
                            session_user, pg_catalog.current_database())
                    else ''
                end as remedy
            from pg_catalog.pg_settings
            where name operator(pg_catalog.=) 'default_transaction_read_only'
            """;

    private WritableServer() {}

    /**
     * Makes sure that the session can write. Changes nothing.
     *
     * @param command the command that is about to run, for the error message
     * @throws CommandFailure if the server is a standby, or transactions are read-only
     */
    public static void require(Connection connection, String command) throws SQLException {
        Optional<String> refusal = Rows.only(connection, QUERY, row -> refusal(row, command));
        if (refusal.isPresent()) {
            throw new CommandFailure(CommandFailure.Kind.UNREACHABLE, refusal.get());
        }
    }

    private static Optional<String> refusal(ResultSet row, String command) throws SQLException {
        if (row.getBoolean("standby")) {
            return Optional.of(
                    """
                    %s cannot run here: this server is a standby, which is read-only. Changes on its primary are replicated here.
                    Nothing was changed. Give the address of the primary."""
                            .formatted(command));
        }
        if (row.getBoolean("read_only")) {
            String remedy = row.getString("remedy");
            return Optional.of(
                    """
                    %s cannot run here: default_transaction_read_only is on, so every transaction of this session only reads.
                    Nothing was changed. %sFor one run alone, add to the address: ?options=-c%%20default_transaction_read_only=off"""
                            .formatted(
                                    command,
                                    remedy.isEmpty() ? "" : "If that is not meant for this role: " + remedy + "; "));
        }
        return Optional.empty();
    }
}
