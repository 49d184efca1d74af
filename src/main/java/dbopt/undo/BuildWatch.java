package dbopt.undo;

import dbopt.server.Blockers;
import dbopt.server.Rows;
import dbopt.server.ServerProcess;
import dbopt.server.SessionWatch;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import javax.sql.DataSource;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogFactory;

/**
 * Reports twice a second what the session of an undo is doing: which sessions it waits for, and how far it has built an index.
 */
final class BuildWatch {
    private static final Log LOG = LogFactory.getLog(BuildWatch.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final int TIMEOUT_MILLISECONDS = 5_000;

    private static final String PROGRESS =
            """
            select
                coalesce((case p.index_relid when 0 then p.relid else p.index_relid end)::pg_catalog.regclass::text, '') as target,
                p.pid is not null as builds,
                coalesce(p.phase, 'waiting') as phase,
                case
                    when p.phase like 'waiting%' then 100 * p.lockers_done / nullif(p.lockers_total, 0)
                    when p.phase like '%scanning%' then 100 * p.blocks_done / nullif(p.blocks_total, 0)
                    else 100 * p.tuples_done / nullif(p.tuples_total, 0)
                end as percent
            from pg_catalog.pg_stat_activity a
            left join pg_catalog.pg_stat_progress_create_index p on p.pid = a.pid
            where a.pid = ?
            """;

    private BuildWatch() {}

    static SessionWatch start(DataSource dataSource, Connection watched, UndoListener listener) {
        int pid = processOf(watched);
        return SessionWatch.start(
                "undo-progress",
                INTERVAL,
                () -> connect(dataSource),
                connection -> look(connection, pid).ifPresent(listener::building),
                e -> LOG.debug("The progress of the undo cannot be watched: " + e.getMessage()));
    }

    private static Connection connect(DataSource dataSource) throws SQLException {
        Connection connection = dataSource.getConnection();
        connection.setNetworkTimeout(Runnable::run, TIMEOUT_MILLISECONDS);
        return connection;
    }

    /**
     * Returns the process number of the connection's session; 0, which no session has, if it cannot be read: then the next
     * statement fails, and says why.
     */
    private static int processOf(Connection connection) {
        try {
            return ServerProcess.of(connection);
        } catch (SQLException e) {
            return 0;
        }
    }

    private static Optional<IndexBuild> look(Connection connection, int pid) throws SQLException {
        return Rows.first(connection, PROGRESS, row -> build(row, Blockers.of(connection, pid)), pid);
    }

    /** Returns what the session builds or waits for; null if it does neither. */
    private static IndexBuild build(ResultSet row, Blockers blockers) throws SQLException {
        if (!row.getBoolean("builds") && blockers.none()) {
            return null;
        }
        int percent = row.getInt("percent");
        OptionalInt known = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(percent);
        return new IndexBuild(row.getString("target"), row.getString("phase"), known, blockers);
    }
}
