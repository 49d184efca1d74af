package dbopt.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** An undo that is broken off, what it leaves behind, and that running it again finishes. */
@Tag("faults")
@Timeout(120)
class UndoFaultsTest {
    /** A thread for each: the common pool of a small machine has one in all, from Java 25 on. */
    private static final Executor BACKGROUND = task -> new Thread(task).start();

    private static final String HISTORY_BEFORE = "2 | SQL | V2__drop_commit_pr_idx.sql | t";
    private static final String HISTORY_AFTER = "2 | DELETE | U2__drop_commit_pr_idx.sql | t";

    private final TestDatabase database = TestDatabase.audited();
    private final List<String> untouched = database.schema();

    private Connection reader;

    @BeforeEach
    void dropTheIndex() {
        flyway().load().migrate();
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void a_cancelled_build_leaves_an_invalid_index_that_the_next_run_replaces() throws Exception {
        whileReading("metrics_commit", () -> {
            CompletableFuture<UndoResult> undo = undoInBackground();
            awaitBuild();
            database.runAsSuperuser(onBuilders("pg_cancel_backend"));

            assertThatThrownBy(failureOf(undo))
                    .isInstanceOf(UndoFailedException.class)
                    .hasMessage(
                            """
                            Undo of V2 failed in U2__drop_commit_pr_idx.sql: ERROR: canceling statement due to user request
                            The script runs outside a transaction, so what it did before stays; an interrupted build leaves an invalid index, which the next run replaces. V2 still counts as applied.
                            Once the cause is gone, the same command finishes it: flyway undo\
                            """);
            assertThat(invalidIndexes()).containsExactly("commit_pr_idx");
            assertThat(lastRow()).isEqualTo(HISTORY_BEFORE);
        });
        undoFinishes();
    }

    @Test
    void a_lost_connection_leaves_an_invalid_index_that_the_next_run_replaces() throws Exception {
        whileReading("metrics_commit", () -> {
            CompletableFuture<UndoResult> undo = undoInBackground();
            awaitBuild();
            database.runAsSuperuser(onBuilders("pg_terminate_backend"));

            assertThatThrownBy(failureOf(undo))
                    .isInstanceOf(UndoFailedException.class)
                    .hasMessageStartingWith("Undo of V2 failed in U2__drop_commit_pr_idx.sql: ")
                    .hasMessageContaining("V2 still counts as applied.");
            assertThat(invalidIndexes()).containsExactly("commit_pr_idx");
            assertThat(lastRow()).isEqualTo(HISTORY_BEFORE);
        });
        assertThat(sessions()).isZero();
        undoFinishes();
    }

    @Test
    void a_lock_timeout_leaves_an_invalid_index_that_the_next_run_replaces() throws Exception {
        whileReading("metrics_commit", () -> {
            assertThatThrownBy(() -> Undo.of(database.flyway(Map.of("concurrentlocktimeout", "300ms")))
                            .run(new UndoListener() {}))
                    .isInstanceOf(UndoFailedException.class)
                    .hasMessageStartingWith(
                            "Undo of V2 failed in U2__drop_commit_pr_idx.sql: ERROR: canceling statement due to lock timeout\n");
            assertThat(invalidIndexes()).containsExactly("commit_pr_idx");
            assertThat(lastRow()).isEqualTo(HISTORY_BEFORE);
        });
        undoFinishes();
    }

    @Test
    void a_killed_process_stops_building_and_the_next_run_finishes() throws Exception {
        whileReading("metrics_commit", () -> {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            UndoProcess.class.getName(),
                            database.url())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            awaitBuild();
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();

            await(() -> sessions() == 0);
            assertThat(invalidIndexes()).containsExactly("commit_pr_idx");
            assertThat(lastRow()).isEqualTo(HISTORY_BEFORE);
        });
        undoFinishes();
    }

    @Test
    void a_crash_between_the_script_and_its_row_leaves_the_index_and_the_next_run_records_it(@TempDir Path folder) {
        new Scripts(folder)
                .with("afterEachUndo__crash.sql", "select pg_terminate_backend(pg_backend_pid());")
                .with("afterEachUndo__crash.sql.conf", "executeInTransaction=false");
        FluentConfiguration crashing = flyway();
        crashing.locations(concat(crashing, "filesystem:" + folder));

        assertThatThrownBy(() -> Undo.of(crashing).run(new UndoListener() {})).isInstanceOf(UndoFailedException.class);
        assertThat(database.schema()).isEqualTo(untouched);
        assertThat(lastRow()).isEqualTo(HISTORY_BEFORE);

        undoFinishes();
    }

    @Test
    void says_whom_the_build_waits_for() throws Exception {
        List<IndexBuild> seen = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<CompletableFuture<UndoResult>> undo = new AtomicReference<>();
        whileReading("metrics_commit", () -> {
            undo.set(CompletableFuture.supplyAsync(
                    () -> Undo.of(flyway()).run(new UndoListener() {
                        @Override
                        public void building(IndexBuild build) {
                            seen.add(build);
                        }
                    }),
                    BACKGROUND));
            await(() -> seen.stream().anyMatch(build -> !build.blockers().none()));
            assertThat(seen.get(0).blockers().pids()).containsExactly(processOf(reader));
        });
        undo.get().get(30, TimeUnit.SECONDS);

        assertThat(seen.get(0).describe())
                .matches(
                        "commit_pr_idx: waiting for [a-z ]+(, \\d+ %)?, waits for pid \\d+ \\(application, idle in transaction, transaction open for \\d+ s\\): select count\\(\\*\\) from metrics_commit");
        assertThat(sessions()).isZero();
    }

    @Test
    void goes_on_when_no_second_connection_can_be_had() throws Exception {
        UndoListener closeTheDoor = new UndoListener() {
            @Override
            public void starting(UndoStep step, int number, int of) {
                database.runAsSuperuser("alter database %s connection limit 1".formatted(database.name()));
            }
        };
        whileReading("metrics_commit", () -> {
            CompletableFuture<UndoResult> undo = CompletableFuture.supplyAsync(
                    () -> Undo.of(database.flyway()).run(closeTheDoor), BACKGROUND);
            awaitBuild();
            TimeUnit.MILLISECONDS.sleep(700);
            reader.rollback();
            undo.get(30, TimeUnit.SECONDS);
        });
        assertThat(lastRow()).isEqualTo(HISTORY_AFTER);
    }

    @Test
    void migrate_and_undo_at_the_same_time_take_turns() throws Exception {
        whileReading("metrics_commit", () -> {
            CompletableFuture<UndoResult> undo = undoInBackground();
            awaitBuild();
            CompletableFuture<?> migrate =
                    CompletableFuture.supplyAsync(() -> flyway().load().migrate(), BACKGROUND);
            awaitWaitingForTheLock();
            assertThat(lastRow()).isEqualTo(HISTORY_BEFORE);
            reader.rollback();
            undo.get(30, TimeUnit.SECONDS);
            migrate.get(30, TimeUnit.SECONDS);
        });
        assertThat(versions()).endsWith(HISTORY_AFTER, HISTORY_BEFORE);
        assertThat(invalidIndexes()).isEmpty();
        assertThat(database.indexes()).noneMatch(index -> index.contains("INDEX commit_pr_idx "));
    }

    @Test
    void the_second_of_two_undos_at_the_same_time_does_not_undo_one_more() throws Exception {
        flyway().target("3").load().migrate();
        whileReading("metrics_prsurvey", () -> {
            CompletableFuture<UndoResult> first = undoInBackground();
            awaitBuild();
            CompletableFuture<UndoResult> second = undoInBackground();
            awaitWaitingForTheLock();
            reader.rollback();
            assertThat(first.get(30, TimeUnit.SECONDS).undone()).hasSize(1);
            assertThat(second.get(30, TimeUnit.SECONDS))
                    .isEqualTo(new UndoResult(List.of(), "Nothing to undo: V3 was undone meanwhile."));
        });
        assertThat(lastRow()).isEqualTo("3 | DELETE | U3__drop_pr_survey_pr_idx.sql | t");
    }

    private void undoFinishes() {
        assertThat(Undo.of(flyway()).run(new UndoListener() {}).undone())
                .extracting(Undone::version)
                .containsExactly("2");
        assertThat(database.schema()).isEqualTo(untouched);
        assertThat(lastRow()).isEqualTo(HISTORY_AFTER);
    }

    private FluentConfiguration flyway() {
        return database.flyway().target("2");
    }

    private static String[] concat(FluentConfiguration configuration, String location) {
        List<String> locations = new ArrayList<>();
        for (var known : configuration.getLocations()) {
            locations.add(known.getDescriptor());
        }
        locations.add(location);
        return locations.toArray(String[]::new);
    }

    private CompletableFuture<UndoResult> undoInBackground() {
        return CompletableFuture.supplyAsync(() -> Undo.of(database.flyway()).run(new UndoListener() {}), BACKGROUND);
    }

    private static ThrowingCallable failureOf(CompletableFuture<?> future) {
        return () -> {
            try {
                future.get(30, TimeUnit.SECONDS);
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
            statement.execute("set application_name = 'reader'");
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
        await(() -> !database.query(
                        "select 1 from pg_stat_progress_create_index p where pg_blocking_pids(pid) <> '{}' and datname = current_database()")
                .isEmpty());
    }

    /** Until somebody asks for Flyway's lock in vain. */
    private void awaitWaitingForTheLock() {
        await(() -> !database.query(
                        "select 1 from pg_stat_activity where query like 'SELECT pg_try_advisory_lock%' and datname = current_database()")
                .isEmpty());
    }

    private String onBuilders(String function) {
        return "select %s(pid) from pg_stat_progress_create_index where datname = current_database()"
                .formatted(function);
    }

    private List<String> invalidIndexes() {
        return database.query("select indexrelid::regclass from pg_index where not indisvalid order by 1");
    }

    private String lastRow() {
        List<String> history = versions();
        return history.get(history.size() - 1);
    }

    private List<String> versions() {
        return database.history().stream()
                .filter(row -> !row.startsWith("null"))
                .toList();
    }

    /** The sessions of the application's role, readers of these tests aside. */
    private int sessions() {
        return Integer.parseInt(database.query(
                        "select count(*) from pg_stat_activity where datname = current_database() and usename = 'application' and application_name <> 'reader'")
                .get(0));
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("waited 30 s in vain");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
