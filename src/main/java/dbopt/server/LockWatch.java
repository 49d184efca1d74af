package dbopt.server;

import dbopt.terminal.CommandFailure;
import dbopt.terminal.Terminal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Says, from a second connection, for whom a running statement waits. It looks once a second, and never disturbs what it
 * watches: without a second connection there is nothing to say.
 */
public final class LockWatch implements AutoCloseable {
    /** Elsewhere than on a terminal a wait is told again after so many looks, even if nothing changed. */
    private static final int REPEAT = 30;

    private final DatabaseAddress address;
    private final String applicationName;
    private final Terminal terminal;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread = new Thread(this::watch, "lock watch");
    private volatile Blockers last = Blockers.nobody();

    private LockWatch(DatabaseAddress address, String applicationName, Terminal terminal) {
        this.address = address;
        this.applicationName = applicationName;
        this.terminal = terminal;
    }

    /** Watches the sessions of this application name until closed. */
    public static LockWatch start(DatabaseAddress address, String applicationName, Terminal terminal) {
        LockWatch watch = new LockWatch(address, applicationName, terminal);
        watch.thread.setDaemon(true);
        watch.thread.start();
        return watch;
    }

    /** Whom the last wait was for. */
    public Blockers last() {
        return last;
    }

    private void watch() {
        try (Connection connection = address.connect("dbopt watch")) {
            String told = "";
            int looks = 0;
            while (!end.await(1, TimeUnit.SECONDS)) {
                Blockers now = Blockers.of(connection, applicationName);
                if (now.none()) {
                    if (!told.isEmpty()) {
                        terminal.clear();
                    }
                    told = "";
                    continue;
                }
                last = now;
                looks++;
                String pids = now.names().toString();
                if (terminal.interactive() || !pids.equals(told) || looks % REPEAT == 0) {
                    terminal.passing("Waiting for " + now);
                    told = pids;
                }
            }
            terminal.clear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException | CommandFailure e) {
            terminal.clear();
        }
    }

    /** Cancels what the sessions of this application name run; true if there was something. */
    public static boolean cancel(DatabaseAddress address, String applicationName) {
        try (Connection connection = address.connect("dbopt cancel");
                PreparedStatement statement = connection.prepareStatement(
                        """
                        with ours as materialized ( -- found first: others may not even be asked to be cancelled
                            select pid from pg_catalog.pg_stat_activity
                            where application_name = ? and datname = pg_catalog.current_database() and state = 'active'
                        )
                        select pg_catalog.pg_cancel_backend(pid) from ours
                        """)) {
            statement.setString(1, applicationName);
            return statement.executeQuery().next();
        } catch (SQLException | CommandFailure e) {
            return false;
        }
    }

    @Override
    public void close() {
        end.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
