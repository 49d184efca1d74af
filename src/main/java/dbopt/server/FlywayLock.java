package dbopt.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The advisory lock that Flyway holds while it migrates or undoes. Its number begins with 466C, the start of "Flyway" in
 * ASCII, and ends with a hash of the name of the schema history.
 */
public final class FlywayLock {
    /** An SQL condition: whether the row {@code held} of {@code pg_locks} is Flyway's lock. */
    static final String IS_HELD =
            "held.locktype = 'advisory' and held.granted and held.classid::bigint in (x'466c'::int, x'466b'::int)";

    private static final String HOLDER =
            """
            select pg_catalog.format('pid %s, %s', a.pid, coalesce(nullif(a.application_name, ''), 'of an unknown application'))
            from pg_catalog.pg_locks held
            join pg_catalog.pg_stat_activity a on a.pid = held.pid
            where a.datname = pg_catalog.current_database() and\s"""
                    + IS_HELD + " order by a.pid limit 1";

    private FlywayLock() {}

    /** Returns the session that holds the lock in this database, such as {@code pid 4711, dbopt migrate 99}. */
    public static Optional<String> holder(Connection connection) throws SQLException {
        return Rows.first(connection, HOLDER, row -> row.getString(1));
    }
}
