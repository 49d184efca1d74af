package dbopt.maintain;

import dbopt.server.DatabaseAddress;
import dbopt.server.ReadableText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/**
 * Opens the connections for the maintenance. They override the settings of the role or the database that would end a
 * statement too early or change how string literals are read.
 */
final class MaintenanceSession {
    private MaintenanceSession() {}

    /**
     * Opens a session for the tool's own queries. Its search path is empty, so that no user's function or operator is called
     * by mistake.
     */
    static Connection reading(DatabaseAddress address) throws SQLException {
        Connection connection = open(address, "dbopt maintain");
        try (Statement statement = connection.createStatement()) {
            statement.execute("set search_path = ''");
            // to compile a query of a large catalog takes longer than to run it
            statement.execute("set jit = off");
            Optional<String> encoding = ReadableText.setting(connection);
            if (encoding.isPresent()) {
                statement.execute("set " + encoding.get());
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Opens a session with the role's own search path, which the functions of an index may need. */
    static Connection open(DatabaseAddress address, String applicationName) throws SQLException {
        Connection connection = address.connect(applicationName);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set statement_timeout = 0");
            statement.execute("set standard_conforming_strings = on");
            if (connection.getMetaData().getDatabaseMajorVersion() >= 17) {
                statement.execute("set transaction_timeout = 0");
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    static void set(Connection connection, String setting, Duration value) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set " + setting + " = " + value.toMillis());
        }
    }
}
