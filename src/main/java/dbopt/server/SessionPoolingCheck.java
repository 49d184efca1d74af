package dbopt.server;

import static java.util.Objects.requireNonNull;

import dbopt.terminal.CommandFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.postgresql.PGConnection;

/**
 * Checks whether a connection has a server session of its own. Flyway's lock, the guard's temporary functions and every
 * {@code SET} belong to a session. A pooler in transaction mode (PgBouncer's {@code pool_mode=transaction}) gives each
 * transaction whichever session is free: two migrators could then hold the same lock, and the application could get a
 * session with changed settings.
 */
public final class SessionPoolingCheck {
    /** The number of connections that a migration has open at once. */
    private static final int CONNECTIONS = 3;

    /** How often the process of the first connection is checked while other connections hold their sessions. */
    private static final int LOOKS = 20;

    private final DatabaseAddress address;
    private final String command;
    private final Connection first;
    private final Set<Integer> processes = new HashSet<>();

    private SessionPoolingCheck(DatabaseAddress address, String command, Connection first) {
        this.address = requireNonNull(address, "address is null");
        this.command = requireNonNull(command, "command is null");
        this.first = requireNonNull(first, "first is null");
    }

    /**
     * Makes sure that the connection keeps its session. Changes nothing.
     *
     * @param first a connection that is already open
     * @param command the command that is about to run, for the error message
     * @throws CommandFailure if the server does not answer, or a pooler shares its sessions
     */
    public static void require(Connection first, DatabaseAddress address, String command) {
        try {
            if (!isDirect(first) && new SessionPoolingCheck(address, command, first).isShared()) {
                throw new CommandFailure(
                        CommandFailure.Kind.USAGE,
                        """
                        %s cannot run through the connection pooler at %s: it shares sessions between its clients (PgBouncer calls this pool_mode=transaction), but Flyway's lock, the guard and the time-outs need a session of their own.
                        Nothing was changed. Give the address of the server itself, not of the pooler, or of a pool with pool_mode=session."""
                                .formatted(command, address.display()));
            }
        } catch (SQLException e) {
            throw unclear(address, e);
        }
    }

    private static CommandFailure unclear(DatabaseAddress address, SQLException e) {
        return new CommandFailure(
                CommandFailure.Kind.UNREACHABLE,
                "Cannot determine whether " + address.display() + " is the server itself: "
                        + ServerError.of(e).message() + "\nNothing was changed.",
                e);
    }

    /**
     * Whether there is no pooler in between. At the start of a connection the server sends the ID of its process, which is
     * used to cancel statements; a pooler has many servers and sends an ID of its own. Address translation and plain
     * forwarding leave the ID unchanged.
     */
    private static boolean isDirect(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID() == ServerProcess.of(connection);
    }

    /**
     * Whether the first connection loses its session between transactions: another process serves it than before, or its
     * process serves another connection. Meanwhile other connections hold their sessions in a transaction, so that even an
     * otherwise unused pool must give the first connection's session away, or give it another.
     */
    private boolean isShared() throws SQLException {
        List<Connection> others = new ArrayList<>();
        try {
            if (moves()) {
                return true;
            }
            while (others.size() < CONNECTIONS - 1) {
                Connection other = another(others.size() + 1);
                others.add(other);
                other.setAutoCommit(false);
                if (processes.contains(ServerProcess.of(other)) || moves()) {
                    return true;
                }
            }
            return false;
        } catch (SQLException e) {
            if (!isTransactionRefused(e)) {
                throw e;
            }
            return true;
        } finally {
            for (Connection other : others) {
                other.close();
            }
        }
    }

    private Connection another(int open) {
        try {
            return address.connect("dbopt");
        } catch (CommandFailure e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    """
                    %s needs %d connections at once, and the connection pooler at %s gives no more than %d (%s).
                    Nothing was changed. Give the address of the server itself, not of the pooler, or of a pool with more room (PgBouncer's default_pool_size)."""
                            .formatted(command, CONNECTIONS, address.display(), open, reason(e)),
                    e);
        }
    }

    private static String reason(CommandFailure failure) {
        return failure.getCause() instanceof SQLException cause
                ? ServerError.of(cause).message()
                : failure.getMessage();
    }

    /** Whether PgBouncer refused the transaction, as its {@code pool_mode=statement} does. */
    private static boolean isTransactionRefused(SQLException e) {
        return String.valueOf(e.getMessage()).contains("statement pooling");
    }

    private boolean moves() throws SQLException {
        for (int look = 0; look < LOOKS; look++) {
            processes.add(ServerProcess.of(first));
        }
        return processes.size() > 1;
    }
}
