package dbopt.maintain;

import dbopt.bundled.BundledSql;
import dbopt.server.ReadableText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What speaks against rebuilding an index right now, by {@code db/maintain/obstacles.sql}. */
final class Obstacles {
    private static final String QUERY = "db/maintain/obstacles.sql";

    /** The same for every dbopt; the first number spells "dbop". */
    private static final String TURN =
            "select pg_catalog.pg_try_advisory_lock(1684172656, 1) as ours, (select l.pid from pg_catalog.pg_locks l"
                    + " where l.locktype = 'advisory' and l.classid = 1684172656 and l.objid = 1 and l.granted"
                    + " and l.database = (select d.oid from pg_catalog.pg_database d"
                    + " where d.datname = pg_catalog.current_database()) limit 1) as pid";

    private Obstacles() {}

    /** A line each; none if nothing does. A transaction counts as long once it is open for this time. */
    static List<String> read(Connection connection, BundledSql sql, long tableOid, Duration longTransaction)
            throws SQLException {
        List<String> obstacles = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql.query(QUERY))) {
            statement.setLong(1, tableOid);
            statement.setLong(2, Math.max(longTransaction.toSeconds(), 1));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    obstacles.add(ReadableText.required(rows, "text").text());
                }
            }
        }
        return obstacles;
    }

    /** Takes the turn of this session, as long as it lasts: 0, or who has it. */
    static int takeTurn(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TURN);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getBoolean("ours") ? 0 : row.getInt("pid");
        }
    }

    static boolean isActive(Connection connection, int pid) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select from pg_catalog.pg_stat_activity where pid = ?")) {
            statement.setInt(1, pid);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }
}
