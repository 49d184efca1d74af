package dbopt.faults;

import dbopt.Await;
import dbopt.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.postgresql.PGConnection;

/** An open transaction of another session, which blocks a step. */
final class BlockingTransaction implements AutoCloseable {
    private static final String PREPARED = "in the way";

    private static final String OURS_WAIT =
            """
            from pg_stat_activity where datname = current_database() and usename = '%s' and application_name <> '%s'
                and wait_event_type = 'Lock' and query ~* '^(drop|create) index concurrently|alter table'
            """
                    .formatted(TestDatabase.OWNER, ApplicationLoad.NAME);

    private final TestDatabase database;
    private final Connection connection;
    private boolean prepared;

    private BlockingTransaction(TestDatabase database, Connection connection, String... statements) {
        this.database = database;
        this.connection = connection;
        execute(statements);
    }

    /** A reader, which concurrent statements wait for, or a change of the table, which ALTER TABLE waits for. */
    static BlockingTransaction inTheWayOf(FaultStep step, TestDatabase database) {
        try {
            return new BlockingTransaction(database, ApplicationLoad.connect(database), begin(step));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A transaction of the superuser, which never checks for deadlocks, so that the other side detects them. */
    static BlockingTransaction withoutLookingForDeadlocks(FaultStep step, TestDatabase database) {
        return new BlockingTransaction(
                database, database.connectAsSuperuser(), "set deadlock_timeout = '1h'", begin(step)[0], begin(step)[1]);
    }

    private static String[] begin(FaultStep step) {
        return new String[] {
            "begin isolation level repeatable read",
            step.isConcurrent()
                    ? "select count(*) from " + step.table()
                    : "lock table " + step.table() + " in share update exclusive mode"
        };
    }

    /** Requests a lock that a concurrent statement on this table holds, and waits in the background. */
    CompletableFuture<Void> ask(String table) {
        CompletableFuture<Void> asking = Background.start(() -> {
            execute("lock table " + table + " in share update exclusive mode");
            return null;
        });
        Await.until(
                () -> !database.query("select 1 from pg_locks where not granted and pid = " + pid())
                        .isEmpty(),
                () -> "the other session to wait");
        return asking;
    }

    int pid() {
        try {
            return connection.unwrap(PGConnection.class).getBackendPID();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Prepares the transaction, which then has no session. Only one that writes still blocks a build. */
    void prepare(FaultStep step) {
        execute("lock table " + step.table() + " in row exclusive mode", "prepare transaction '" + PREPARED + "'");
        prepared = true;
    }

    void release() {
        execute(prepared ? "rollback prepared '" + PREPARED + "'" : "rollback");
        prepared = false;
    }

    private void execute(String... statements) {
        try (Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the process of the waiting dbopt session, as soon as one waits. */
    static int awaitOursWaiting(TestDatabase database) {
        Await.until(
                () -> !oursWaiting(database).isEmpty(),
                () -> "the step to wait, but: "
                        + database.query(
                                "select application_name, state, wait_event, query from pg_stat_activity where datname = current_database()"));
        List<String> pids = oursWaiting(database);
        return pids.isEmpty() ? awaitOursWaiting(database) : Integer.parseInt(pids.get(0));
    }

    static void awaitOursNotWaiting(TestDatabase database) {
        Await.until(() -> oursWaiting(database).isEmpty(), () -> "the step not to wait any more");
    }

    /** Waits until the session has waited for more than a second, by the server's clock. */
    static void awaitOursWaitingForLong(TestDatabase database) {
        Await.until(
                () -> !database.query("select 1 " + OURS_WAIT + " and clock_timestamp() - query_start > interval '1 s'")
                        .isEmpty(),
                () -> "the step to wait for more than a second");
    }

    private static List<String> oursWaiting(TestDatabase database) {
        return database.query("select pid " + OURS_WAIT);
    }

    @Override
    public void close() {
        if (prepared) {
            release();
        }
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
