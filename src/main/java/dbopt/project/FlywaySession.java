package dbopt.project;

import dbopt.server.DatabaseAddress;
import dbopt.server.ServerError;
import dbopt.server.SessionPoolingCheck;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Checks that Flyway can work on a database: its sessions are not shared by a pooler, and it can write the name of its role
 * into SQL.
 */
public final class FlywaySession {
    private FlywaySession() {}

    /**
     * Connects, and checks that Flyway can work on the database. Changes nothing.
     *
     * @param command the command that is about to run, for the message
     * @throws CommandFailure if the server cannot be reached, or Flyway cannot work there
     */
    public static void require(DatabaseAddress address, String command) {
        try (Connection connection = address.connect("dbopt")) {
            require(connection, address, command);
        } catch (SQLException e) {
            throw unreachable(address, e);
        }
    }

    /** Performs the check of {@link #require(DatabaseAddress, String)} with an open connection. */
    public static void require(Connection connection, DatabaseAddress address, String command) {
        requireName(role(connection, address), command);
        SessionPoolingCheck.require(connection, address, command);
    }

    /**
     * Refuses a name that would not stay as it is: Flyway writes it unescaped into {@code SET ROLE '...'} and the row of a
     * baseline. This is the role that logs in; a role that {@code ALTER ROLE ... SET role} puts in its place is not checked.
     */
    private static void requireName(String role, String command) {
        if (role.contains("'") || role.contains("${")) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    """
                    %s cannot run as the role %s: Flyway writes the name into SQL verbatim, where an apostrophe or ${ means something else.
                    Nothing was changed. Connect as another role, which is a member of the one that owns the tables."""
                            .formatted(command, TerminalText.line(role)));
        }
    }

    private static String role(Connection connection, DatabaseAddress address) {
        try {
            return connection.getMetaData().getUserName();
        } catch (SQLException e) {
            throw unreachable(address, e);
        }
    }

    private static CommandFailure unreachable(DatabaseAddress address, SQLException e) {
        return new CommandFailure(
                CommandFailure.Kind.UNREACHABLE,
                address.display() + " cannot be queried: " + ServerError.of(e).message() + "\nNothing was changed.",
                e);
    }
}
