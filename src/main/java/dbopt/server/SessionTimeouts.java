package dbopt.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The time-outs of a session: those by which the server ends a whole session are turned off, since a drop or a build takes as
 * long as it takes, and the session that holds Flyway's lock is idle meanwhile; what others wait behind gives up soon.
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

    /** The lock time-out counts for each lock, so the other one bounds them all. */
    private static final List<String> SHORT_TRY =
            List.of("set local lock_timeout = '300ms'", "set local statement_timeout = '900ms'");

    private SessionTimeouts() {}

    /**
     * The statements after which a statement in the same transaction is a short try: others wait behind it while it waits
     * for its locks, so it gives up soon.
     */
    public static List<String> ofShortTry() {
        return SHORT_TRY;
    }

    /** Turns them off for this session. */
    public static void turnOff(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(OFF);
        }
    }
}
