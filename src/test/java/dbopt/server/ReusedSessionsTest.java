package dbopt.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.Await;
import dbopt.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;

@Timeout(60)
class ReusedSessionsTest {
    /** What a session can keep, and what it must keep: its name, the time-outs that are off, the defaults of its role. */
    private static final String STATE =
            """
            select concat_ws(', ', session_user, current_user, current_setting('application_name'),
                current_setting('idle_session_timeout'), current_setting('lock_timeout'), current_setting('work_mem'),
                current_setting('search_path'), current_setting('client_encoding'),
                current_setting('default_transaction_read_only'), nullif(current_setting('my.setting', true), ''),
                (select count(*) from pg_locks where pid = pg_backend_pid() and locktype = 'advisory'),
                to_regclass('pg_temp.mine'), to_regprocedure('pg_temp.mine()'),
                (select count(*) from pg_prepared_statements), (select count(*) from pg_listening_channels()))
            """;

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    private final ReusedSessions sessions = new ReusedSessions(
            "worker",
            new DatabaseAddress(database.url(), Optional.of(TestDatabase.OWNER), Optional.of(TestDatabase.PASSWORD))
                    .dataSource("worker")::getConnection);

    @AfterEach
    void close() {
        sessions.close();
    }

    private static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }

    private static int process(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID();
    }

    /** Runs the statements on a connection, closes it, and returns the number of its process. */
    private int use(String... statements) throws SQLException {
        try (Connection connection = sessions.connect()) {
            run(connection, statements);
            // the driver keeps a prepared statement of what it has run five times
            Integer seven = Rows.only(connection, "select ?::int", row -> row.getInt(1), "7");
            assertThat(seven).isEqualTo(7);
            return process(connection);
        }
    }

    private String state() throws SQLException {
        try (Connection connection = sessions.connect()) {
            return Rows.only(connection, STATE, row -> row.getString(1));
        }
    }

    private void awaitEnd(int process) {
        Await.until(
                () -> database.query("select 1 from pg_stat_activity where pid = " + process)
                        .isEmpty(),
                () -> "the end of session " + process);
    }

    @Test
    void nothing_of_a_connection_is_left_for_the_next_and_the_defaults_of_the_role_stay() throws SQLException {
        String owner = TestDatabase.OWNER + " in database " + database.name();
        String other = "other_of_" + database.name();
        database.runAsSuperuser(
                "create role " + other,
                "grant " + other + " to " + TestDatabase.OWNER,
                "grant temporary on database " + database.name() + " to " + other,
                "alter role " + owner + " set role = " + other,
                "alter role " + owner + " set work_mem = '7MB'",
                "alter role " + owner + " set idle_session_timeout = '1h'");
        try {
            String first = state();
            assertThat(first).startsWith(TestDatabase.OWNER + ", " + other + ", worker, 0, 0, 7MB, ");
            int process = use(
                    "reset role",
                    "create temporary table mine ()",
                    "create function pg_temp.mine() returns int language sql as 'select 1'",
                    "select pg_advisory_lock(1)",
                    "set lock_timeout = '1s'",
                    "set work_mem = '1MB'",
                    "set search_path = pg_catalog",
                    "set default_transaction_read_only = on",
                    "set idle_session_timeout = '2h'",
                    "set application_name = 'mine'",
                    "set my.setting = 'mine'",
                    "prepare mine as select 1",
                    "listen mine");
            assertThat(state()).isEqualTo(first);
            assertThat(use()).isEqualTo(process);
        } finally {
            sessions.close();
            database.runAsSuperuser(
                    "alter role " + owner + " reset all", "drop owned by " + other, "drop role " + other);
        }
    }

    @Test
    void a_transaction_left_open_is_rolled_back() throws SQLException {
        int process;
        try (Connection connection = sessions.connect()) {
            process = process(connection);
            connection.setAutoCommit(false);
            run(connection, "create table mine ()");
        }
        try (Connection connection = sessions.connect()) {
            assertThat(process(connection)).isEqualTo(process);
            assertThat(connection.getAutoCommit()).isTrue();
        }
        assertThat(use("begin", "create table mine ()")).isNotEqualTo(use());
        assertThat(database.query("select to_regclass('mine')")).containsExactly("null");
    }

    @Test
    void connections_at_the_same_time_have_a_session_each_and_a_closed_one_is_unusable() throws SQLException {
        Connection first = sessions.connect();
        try (Connection second = sessions.connect()) {
            assertThat(process(first)).isNotEqualTo(process(second));
        }
        first.close();
        first.close();
        assertThatThrownBy(() -> run(first, "select 1")).isInstanceOf(SQLException.class);
        try (Connection third = sessions.connect();
                Connection fourth = sessions.connect()) {
            assertThat(process(third)).isNotEqualTo(process(fourth));
        }
    }

    @Test
    void a_session_that_the_server_has_ended_is_replaced() throws SQLException {
        int idle = use();
        database.runAsSuperuser("select pg_terminate_backend(" + idle + ")");
        awaitEnd(idle);
        int next = use();
        assertThat(next).isNotEqualTo(idle);
        try (Connection connection = sessions.connect()) {
            database.runAsSuperuser("select pg_terminate_backend(" + next + ")");
            assertThatThrownBy(() -> run(connection, "select 1")).hasMessageContaining("terminating connection");
        }
        assertThat(use()).isNotEqualTo(next);
    }

    @Test
    void a_session_ends_after_a_hundred_uses_and_with_the_others_at_the_end() throws SQLException {
        int first = use();
        for (int use = 2; use <= 100; use++) {
            assertThat(use()).isEqualTo(first);
        }
        int second = use();
        assertThat(second).isNotEqualTo(first);
        awaitEnd(first);
        int open;
        try (Connection connection = sessions.connect()) {
            open = process(connection);
            sessions.close();
        }
        awaitEnd(second);
        awaitEnd(open);
    }
}
