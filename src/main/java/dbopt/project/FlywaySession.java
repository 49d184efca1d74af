package dbopt.project;

import dbopt.server.DatabaseAddress;
import dbopt.server.ServerError;
import dbopt.server.SessionPoolingCheck;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.sql.Connection;
import java.sql.SQLException;

/** Whether Flyway can work there: its sessions are its own, and its role has a name that it can write. */
public final class FlywaySession {
    private FlywaySession() {}

    /**
     * Connects, and makes sure of it. Changes nothing.
     *
     * @param command what is about to be run, for the message
     * @throws CommandFailure when the server cannot be reached, or Flyway cannot work there
     */
    public static void require(DatabaseAddress address, String command) {
        try (Connection connection = address.connect("dbopt")) {
            require(connection, address, command);
        } catch (SQLException e) {
            throw unreachable(address, e);
        }
    }

    /** As {@link #require(DatabaseAddress, String)} does, with a connection that is open already. */
    public static void require(Connection connection, DatabaseAddress address, String command) {
        requireName(role(connection, address), command);
        SessionPoolingCheck.require(connection, address, command);
    }

    /**
     * Flyway writes {@code SET ROLE '...'} and the row of a baseline with the name as it stands. This is the name that logs
     * in; a role that {@code ALTER ROLE ... SET role} puts in its place is not looked at.
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
