package dbopt.undo;

import dbopt.server.Blockers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogFactory;

/**
 * Watches from a second connection what a session is at, and tells a listener until it is closed. It is a courtesy:
 * whatever goes wrong with it, the undo goes on without. A script that ends within half a second is not watched.
 */
final class BuildWatch implements AutoCloseable {
    private static final Log LOG = LogFactory.getLog(BuildWatch.class);
    private static final int INTERVAL_MILLISECONDS = 500;
    private static final int TIMEOUT_SECONDS = 5;

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

    private final DataSource dataSource;
    private final int pid;
    private final UndoListener listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::watch, "undo-progress");

    private BuildWatch(DataSource dataSource, int pid, UndoListener listener) {
        this.dataSource = dataSource;
        this.pid = pid;
        this.listener = listener;
        thread.setDaemon(true);
    }

    static BuildWatch start(DataSource dataSource, Connection watched, UndoListener listener) {
        BuildWatch watch = new BuildWatch(dataSource, processOf(watched), listener);
        watch.thread.start();
        return watch;
    }

    /** 0, which no session has, if it cannot be asked: then what comes next fails, and says why. */
    private static int processOf(Connection connection) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_catalog.pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        } catch (SQLException e) {
            return 0;
        }
    }

    /** Ends the watch and waits, within limits, until its connection is closed. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2 * TIMEOUT_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        try {
            if (isClosedAfterInterval()) {
                return;
            }
            try (Connection connection = dataSource.getConnection()) {
                connection.setNetworkTimeout(Runnable::run, (int) TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
                do {
                    Optional<IndexBuild> build = look(connection);
                    build.ifPresent(listener::building);
                } while (!isClosedAfterInterval());
            }
        } catch (SQLException | RuntimeException e) {
            LOG.debug("The progress of the undo cannot be watched: " + e.getMessage());
        }
    }

    private boolean isClosedAfterInterval() {
        try {
            return closed.await(INTERVAL_MILLISECONDS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private Optional<IndexBuild> look(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PROGRESS)) {
            statement.setInt(1, pid);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                Blockers blockers = Blockers.of(connection, pid);
                if (!row.getBoolean("builds") && blockers.none()) {
                    return Optional.empty();
                }
                int percent = row.getInt("percent");
                OptionalInt known = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(percent);
                return Optional.of(new IndexBuild(row.getString("target"), row.getString("phase"), known, blockers));
            }
        }
    }
}
