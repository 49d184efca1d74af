package dbopt.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The time-outs of a session. Those that end a whole session are turned off: a drop or a build can take long, and the
 * session that holds Flyway's lock is idle meanwhile. A statement that makes others wait gets short time-outs.
 */
public final class SessionTimeouts {
    /** Turns off the time-outs that the server has; older versions lack some of them. */
    private static final String OFF =
            """
            select pg_catalog.set_config(name, '0', false)
            from pg_catalog.unnest(
                array['transaction_timeout', 'idle_session_timeout', 'idle_in_transaction_session_timeout']) name
            where pg_catalog.current_setting(name, true) operator(pg_catalog.<>) '0'
            """;

    /** The lock time-out applies to each lock; the statement time-out limits all of them together. */
    private static final List<String> SHORT_TRY =
            List.of("set local lock_timeout = '300ms'", "set local statement_timeout = '900ms'");

    private SessionTimeouts() {}

    /**
     * The statements that make the rest of the transaction a short try: while it waits for its locks, other sessions wait
     * behind it, so it must give up soon.
     */
    public static List<String> ofShortTry() {
        return SHORT_TRY;
    }

    /** Turns off the time-outs that would end this session. */
    public static void turnOff(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(OFF);
        }
    }
}
