package dbopt.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The time-outs by which the server ends a whole session. A drop or a build takes as long as it takes, and the session that
 * holds Flyway's lock is idle meanwhile.
 */
public final class SessionTimeouts {
    /** Not every version has all of them. */
    private static final String OFF =
            """
            select pg_catalog.set_config(name, '0', false)
            from pg_catalog.pg_settings
            where name operator(pg_catalog.=)
                    any (array['transaction_timeout', 'idle_session_timeout', 'idle_in_transaction_session_timeout'])
                and setting operator(pg_catalog.<>) '0'
            """;

    private SessionTimeouts() {}

    /** Turns them off for this session. */
    public static void turnOff(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(OFF);
        }
    }
}
