package dbopt.server;

import java.sql.Connection;
import java.sql.SQLException;

/** The server process of a connection. */
public final class ServerProcess {
    private ServerProcess() {}

    /** Returns the process ID of this connection's server process. */
    public static int of(Connection connection) throws SQLException {
        return Rows.only(connection, "select pg_catalog.pg_backend_pid()", row -> row.getInt(1));
    }
}
