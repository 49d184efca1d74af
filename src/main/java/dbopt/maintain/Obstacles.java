package dbopt.maintain;

import dbopt.bundled.BundledSql;
import dbopt.server.ReadableText;
import dbopt.server.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** The obstacles to rebuilding an index now, read by {@code db/maintain/obstacles.sql}. */
final class Obstacles {
    private static final String QUERY = "db/maintain/obstacles.sql";

    /**
     * Takes the advisory lock that only one dbopt at a time can hold in a database. Its numbers are the same for every
     * dbopt; the first spells "dbop".
     */
    private static final String TURN =
            "select pg_catalog.pg_try_advisory_lock(1684172656, 1) as ours, (select l.pid from pg_catalog.pg_locks l"
                    + " where l.locktype = 'advisory' and l.classid = 1684172656 and l.objid = 1 and l.granted"
                    + " and l.database = (select d.oid from pg_catalog.pg_database d"
                    + " where d.datname = pg_catalog.current_database()) limit 1) as pid";

    private Obstacles() {}

    /**
     * Returns a line for each obstacle; none if the index can be rebuilt. A transaction is an obstacle once it has been open
     * for this time.
     */
    static List<String> read(Connection connection, BundledSql sql, long tableOid, Duration longTransaction)
            throws SQLException {
        return Rows.all(
                connection,
                sql.query(QUERY),
                row -> ReadableText.required(row, "text").text(),
                tableOid,
                Math.max(longTransaction.toSeconds(), 1));
    }

    /** Returns the obstacles to any rebuild now, whatever the table. */
    static List<String> ofAny(Connection connection, BundledSql sql, Duration longTransaction) throws SQLException {
        return read(connection, sql, 0, longTransaction);
    }

    /** Returns the obstacles for people to read; empty if there are none. */
    static String text(List<String> obstacles) {
        return obstacles.isEmpty() ? "" : "Blocking any rebuild right now:\n  " + String.join("\n  ", obstacles) + "\n";
    }

    /**
     * Takes this session's turn to rebuild indexes, until the session ends. Returns 0, or the process ID of the session
     * whose turn it is.
     */
    static int takeTurn(Connection connection) throws SQLException {
        return Rows.only(connection, TURN, row -> row.getBoolean("ours") ? 0 : row.getInt("pid"));
    }

    static boolean isActive(Connection connection, int pid) throws SQLException {
        return Rows.only(
                connection,
                "select exists (select from pg_catalog.pg_stat_activity where pid = ?)",
                row -> row.getBoolean(1),
                pid);
    }
}
