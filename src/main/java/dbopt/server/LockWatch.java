package dbopt.server;

import dbopt.terminal.CommandFailure;
import dbopt.terminal.Terminal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Reports which sessions those of an application name wait for. It checks once a second. */
public final class LockWatch implements AutoCloseable {
    /** If the output is not a terminal, an unchanged wait is reported again after this many checks. */
    private static final int REPEAT = 30;

    private final String applicationName;
    private final Terminal terminal;
    private final SessionWatch watch;
    private volatile Blockers last = Blockers.nobody();
    private String said = "";
    private int looks;

    private LockWatch(DatabaseAddress address, String applicationName, Terminal terminal) {
        this.applicationName = applicationName;
        this.terminal = terminal;
        this.watch = SessionWatch.start(
                "lock watch",
                Duration.ofSeconds(1),
                () -> address.connect("dbopt watch"),
                this::look,
                e -> terminal.clear());
    }

    /** Watches the sessions of this application name until closed. */
    public static LockWatch start(DatabaseAddress address, String applicationName, Terminal terminal) {
        return new LockWatch(address, applicationName, terminal);
    }

    /** The blockers of the last wait. */
    public Blockers last() {
        return last;
    }

    private void look(Connection connection) throws SQLException {
        Blockers now = Blockers.of(connection, applicationName);
        if (now.none()) {
            if (!said.isEmpty()) {
                terminal.clear();
            }
            said = "";
            return;
        }
        last = now;
        looks++;
        String pids = now.names().toString();
        if (terminal.interactive() || !pids.equals(said) || looks % REPEAT == 0) {
            terminal.passing("Waiting for " + now);
            said = pids;
        }
    }

    /** Cancels the running statements of this application name; returns whether there were any. */
    public static boolean cancel(DatabaseAddress address, String applicationName) {
        try (Connection connection = address.connect("dbopt cancel")) {
            return Rows.first(
                            connection,
                            """
                            with ours as materialized ( -- found first: others may not even be asked to be cancelled
                                select pid from pg_catalog.pg_stat_activity
                                where application_name = ? and datname = pg_catalog.current_database() and state = 'active'
                            )
                            select pg_catalog.pg_cancel_backend(pid) from ours
                            """,
                            row -> row.getBoolean(1),
                            applicationName)
                    .isPresent();
        } catch (SQLException | CommandFailure e) {
            return false;
        }
    }

    @Override
    public void close() {
        watch.close();
        terminal.clear();
    }
}
