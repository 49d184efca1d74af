package dbopt.maintain;

import dbopt.bundled.BundledSql;
import dbopt.server.DatabaseAddress;
import dbopt.server.Rows;
import dbopt.server.SessionWatch;
import dbopt.terminal.Terminal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Shows the progress of a session's VACUUM, ANALYZE or REINDEX. */
final class ProgressWatch implements AutoCloseable {
    private static final String QUERY = "db/maintain/progress.sql";

    /** The interval if the output is not a terminal: each look then prints a line that stays, so there are fewer looks. */
    private static final int SECONDS_BETWEEN_LINES = 10;

    private final String query;
    private final int pid;
    private final Terminal terminal;
    private final SessionWatch watch;
    private volatile String statement = "";

    private record Progress(int pid, String text) {}

    private ProgressWatch(DatabaseAddress address, String query, int pid, Terminal terminal) {
        this.query = query;
        this.pid = pid;
        this.terminal = terminal;
        this.watch = SessionWatch.start(
                "progress watch",
                Duration.ofSeconds(terminal.interactive() ? 1 : SECONDS_BETWEEN_LINES),
                () -> address.connect("dbopt watch"),
                this::look,
                e -> terminal.clear());
    }

    /** Watches the session with this process ID until closed. */
    static ProgressWatch start(DatabaseAddress address, BundledSql sql, int pid, Terminal terminal) {
        return new ProgressWatch(address, sql.read(QUERY), pid, terminal);
    }

    /** Sets the statement that runs from now on; an empty text for none. */
    void running(String next) {
        statement = next;
    }

    private void look(Connection connection) throws SQLException {
        String watched = statement;
        Optional<Progress> progress = Rows.all(
                        connection,
                        query,
                        row -> new Progress(
                                row.getInt("pid"),
                                text(row.getString("phase"), row.getLong("pages_done"), row.getLong("pages"))))
                .stream()
                .filter(each -> each.pid() == pid)
                .findFirst();
        if (progress.isPresent() && !watched.isEmpty()) {
            terminal.passing(watched + ": " + progress.get().text());
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
        watch.close();
        terminal.clear();
    }
}
