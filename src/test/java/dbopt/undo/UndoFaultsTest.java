package dbopt.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.Await;
import dbopt.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;

/** A blocked or interrupted undo: its messages, and the events that its listeners receive. */
@Tag("faults")
@Timeout(120)
class UndoFaultsTest {
    /** A thread for each task: from Java 25 on, the common pool of a small machine has a single thread. */
    private static final Executor BACKGROUND = task -> new Thread(task).start();

    private static final String HISTORY_BEFORE = "2 | SQL | V2__drop_commit_pr_idx.sql | t";
    private static final String HISTORY_AFTER = "2 | DELETE | U2__drop_commit_pr_idx.sql | t";

    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    private final List<String> untouched = database.schema();

    private Connection reader;

    @BeforeEach
    void dropTheIndex() {
        flyway().load().migrate();
    }

    @Test
    void a_cancelled_build_leaves_an_invalid_index_that_the_next_run_replaces() throws Exception {
        whileReading("metrics_commit", () -> {
            CompletableFuture<UndoResult> undo = undoInBackground();
            awaitBuild();
            database.runAsSuperuser(
                    "select pg_cancel_backend(pid) from pg_stat_progress_create_index where datname = current_database()");

            assertThatThrownBy(failureOf(undo))
                    .isInstanceOf(UndoFailedException.class)
                    .hasMessage(
                            """
                            Undo of V2 failed in U2__drop_commit_pr_idx.sql: ERROR: canceling statement due to user request
                            The script runs outside a transaction, so its earlier changes stay; an interrupted build leaves an invalid index, which the next run replaces. V2 still counts as applied.
                            Once the cause is gone, the same command finishes it: flyway undo\
                            """);
            assertThat(database.query("select indexrelid::regclass from pg_index where not indisvalid"))
                    .containsExactly("commit_pr_idx");
            assertThat(lastRow()).isEqualTo(HISTORY_BEFORE);
        });
        assertThat(Undo.of(flyway()).run(new UndoListener() {}).undone())
                .extracting(Undone::version)
                .containsExactly("2");
        assertThat(database.schema()).isEqualTo(untouched);
        assertThat(lastRow()).isEqualTo(HISTORY_AFTER);
    }

    @Test
    void names_the_session_that_the_build_waits_for() throws Exception {
        List<IndexBuild> seen = Collections.synchronizedList(new ArrayList<>());
        UndoListener watching = new UndoListener() {
            @Override
            public void building(IndexBuild build) {
                seen.add(build);
            }
        };
        whileReading("metrics_commit", () -> {
            CompletableFuture<UndoResult> undo = undoInBackground(watching);
            Await.until(
                    () -> seen.stream().anyMatch(build -> !build.blockers().none()), () -> "what the build waits for");
            assertThat(seen.get(0).blockers().names()).containsExactly(String.valueOf(processOf(reader)));
            reader.rollback();
            result(undo);
        });
        assertThat(seen.get(0).describe())
                .matches(
                        "commit_pr_idx: waiting for [a-z ]+(, \\d+ %)?, waits for pid \\d+ \\(application, idle in transaction, transaction open for \\d+ s\\): select count\\(\\*\\) from metrics_commit");
        Await.until(
                () -> database.query(
                                "select 1 from pg_stat_activity where datname = current_database() and usename = 'application'")
                        .isEmpty(),
                () -> "the end of every session");
    }

    @Test
    void continues_when_no_second_connection_is_available() throws Exception {
        UndoListener closeTheDoor = new UndoListener() {
            @Override
            public void starting(UndoStep step, int number, int of) {
                database.runAsSuperuser("alter database %s connection limit 1".formatted(database.name()));
            }
        };
        whileReading("metrics_commit", () -> {
            CompletableFuture<UndoResult> undo = undoInBackground(closeTheDoor);
            awaitBuild();
            Await.until(
                    () -> Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().equals("undo-progress")),
                    () -> "the watch to give up");
            reader.rollback();
            result(undo);
        });
        assertThat(lastRow()).isEqualTo(HISTORY_AFTER);
    }

    @Test
    void the_second_of_two_undos_at_the_same_time_does_not_undo_one_more() throws Exception {
        flyway().target("3").load().migrate();
        whileReading("metrics_prsurvey", () -> {
            CompletableFuture<UndoResult> first = undoInBackground();
            awaitBuild();
            CompletableFuture<UndoResult> second = undoInBackground();
            Await.until(
                    () -> !database.query(
                                    "select 1 from pg_stat_activity where query like 'SELECT pg_try_advisory_lock%' and datname = current_database()")
                            .isEmpty(),
                    () -> "the second to ask for Flyway's lock in vain");
            reader.rollback();
            assertThat(result(first).undone()).hasSize(1);
            assertThat(result(second))
                    .isEqualTo(new UndoResult(List.of(), "Nothing to undo: V3 was undone meanwhile."));
        });
        assertThat(lastRow()).isEqualTo("3 | DELETE | U3__drop_pr_survey_pr_idx.sql | t");
    }

    private FluentConfiguration flyway() {
        return database.flyway().target("2");
    }

    private CompletableFuture<UndoResult> undoInBackground() {
        return undoInBackground(new UndoListener() {});
    }

    private CompletableFuture<UndoResult> undoInBackground(UndoListener listener) {
        return CompletableFuture.supplyAsync(() -> Undo.of(database.flyway()).run(listener), BACKGROUND);
    }

    private static UndoResult result(CompletableFuture<UndoResult> undo) throws Exception {
        return undo.get(30, TimeUnit.SECONDS);
    }

    private static ThrowingCallable failureOf(CompletableFuture<UndoResult> undo) {
        return () -> {
            try {
                result(undo);
            } catch (ExecutionException e) {
                throw e.getCause();
            }
        };
    }

    /** Runs the body while the reader holds a transaction open that a concurrent build has to wait for. */
    private void whileReading(String table, Body body) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute("select count(*) from " + table);
            reader = connection;
            body.run();
        }
    }

    private interface Body {
        void run() throws Exception;
    }

    private static int processOf(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID();
    }

    private void awaitBuild() {
        Await.until(
                () -> !database.query(
                                "select 1 from pg_stat_progress_create_index p where pg_blocking_pids(pid) <> '{}' and datname = current_database()")
                        .isEmpty(),
                () -> "a build that waits");
    }

    private String lastRow() {
        List<String> versions = database.history().stream()
                .filter(row -> !row.startsWith("null"))
                .toList();
        return versions.get(versions.size() - 1);
    }
}
