package dbopt.maintain;

import dbopt.bundled.BundledSql;
import dbopt.server.DatabaseAddress;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.Terminal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Says, from a second connection, how far a session's VACUUM or ANALYZE is. It never disturbs what it watches: without a
 * second connection there is nothing to say.
 */
final class ProgressWatch implements AutoCloseable {
    private static final String QUERY = "db/maintain/progress.sql";

    /** Elsewhere than on a terminal, where each look is a line that stays, it looks more seldom. */
    private static final int SECONDS_BETWEEN_LINES = 10;

    private final DatabaseAddress address;
    private final String query;
    private final int pid;
    private final Terminal terminal;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread = new Thread(this::watch, "progress watch");
    private volatile String statement = "";

    private ProgressWatch(DatabaseAddress address, String query, int pid, Terminal terminal) {
        this.address = address;
        this.query = query;
        this.pid = pid;
        this.terminal = terminal;
    }

    /** Watches the session with this process id until closed. */
    static ProgressWatch start(DatabaseAddress address, BundledSql sql, int pid, Terminal terminal) {
        ProgressWatch watch = new ProgressWatch(address, sql.read(QUERY), pid, terminal);
        watch.thread.setDaemon(true);
        watch.thread.start();
        return watch;
    }

    /** The statement that runs from now on; an empty one for none. */
    void running(String next) {
        statement = next;
    }

    private void watch() {
        try (Connection connection = address.connect("dbopt watch")) {
            while (!end.await(terminal.interactive() ? 1 : SECONDS_BETWEEN_LINES, TimeUnit.SECONDS)) {
                String watched = statement;
                Optional<String> progress = progress(connection);
                if (progress.isPresent() && !watched.isEmpty()) {
                    terminal.passing(watched + ": " + progress.get());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException | CommandFailure e) {
            terminal.clear();
        }
    }

    private Optional<String> progress(Connection connection) throws SQLException {
        try (Statement look = connection.createStatement();
                ResultSet rows = look.executeQuery(query)) {
            while (rows.next()) {
                if (rows.getInt("pid") == pid) {
                    return Optional.of(
                            text(rows.getString("phase"), rows.getLong("pages_done"), rows.getLong("pages")));
                }
            }
            return Optional.empty();
        }
    }

    static String text(String phase, long done, long pages) {
        return pages == 0
                ? phase
                : String.format(
                        "%s, %s of %s pages (%d %%)",
                        phase, MaintenancePlan.count(done), MaintenancePlan.count(pages), 100 * done / pages);
    }

    @Override
    public void close() {
        end.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        terminal.clear();
    }
}
