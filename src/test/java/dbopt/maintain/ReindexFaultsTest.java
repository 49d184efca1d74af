package dbopt.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.Await;
import dbopt.CommandRun;
import dbopt.DboptProgram;
import dbopt.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever ends a rebuild, in each of its phases: no good index is missing, and the same command finishes. */
@Tag("faults")
class ReindexFaultsTest {
    /** Where a rebuild waits, and for which session. */
    enum Phase {
        /** The new index exists and is empty: the rebuild waits for transactions that may not know it. */
        BEFORE_THE_BUILD("lock table orders in row exclusive mode", "_ccnew"),
        /** The new index is built: the rebuild waits for transactions that may see rows it lacks. */
        BEFORE_THE_SWAP("set transaction isolation level repeatable read; select 1", "_ccnew"),
        /** The new index has the name: the rebuild waits for transactions that may use the old index. */
        AFTER_THE_SWAP("lock table orders in access share mode", "_ccold");

        private final String blocker;
        private final String leftover;

        Phase(String blocker, String leftover) {
            this.blocker = blocker;
            this.leftover = leftover;
        }

        String blocker() {
            return blocker;
        }

        String leftover() {
            return leftover;
        }
    }

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void bloatedIndex() {
        file = folder.resolve("rebuilds.jsonl");
        database.run(
                "create table orders (id int not null, code text not null)",
                "create index orders_code on orders (code)",
                "insert into orders select n, repeat(md5(n::text), 6) from generate_series(1, 60000) n",
                "delete from orders where id % 10 <> 0");
        database.run("vacuum analyze orders");
        database.awaitCounters("relname = 'orders' and n_dead_tup = 0 and last_analyze is not null");
    }

    private String[] command(String... more) {
        List<String> arguments = new ArrayList<>(List.of("maintain", "--reindex", "--rebuilds", file.toString()));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private List<String> invalid() {
        return database.query("select indexrelid::regclass from pg_index where not indisvalid order by 1");
    }

    private Connection block(Phase phase) throws SQLException {
        return block(phase, database.connect());
    }

    private static Connection block(Phase phase, Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(phase.blocker);
        }
        return connection;
    }

    private String waiting(Phase phase) {
        String query = "select a.pid from pg_stat_activity a join pg_stat_progress_create_index p on p.pid = a.pid"
                + " where a.datname = current_database() and a.wait_event_type = 'Lock' and exists"
                + " (select from pg_index i join pg_class c on c.oid = i.indexrelid"
                + " where not i.indisvalid and c.relname = 'orders_code" + phase.leftover + "')"
                + " and p.phase " + (phase == Phase.BEFORE_THE_SWAP ? "=" : "<>")
                + " 'waiting for old snapshots'";
        Await.until(() -> !database.query(query).isEmpty(), () -> "the rebuild to wait: " + invalid());
        return database.query(query).get(0);
    }

    private void awaitNoSession() {
        Await.until(
                () -> database.query(
                                "select 1 from pg_stat_activity where datname = current_database() and application_name like 'dbopt maintain%'")
                        .isEmpty(),
                () -> "the sessions of dbopt to end");
    }

    private void anIndexIsThere() {
        assertThat(database.query("select indisvalid from pg_index where indexrelid = 'orders_code'::regclass"))
                .containsExactly("t");
    }

    private void theSameCommandFinishes() {
        CommandRun run = CommandRun.on(database, command());
        assertThat(run.exitCode()).describedAs(run.output() + run.error()).isZero();
        anIndexIsThere();
        assertThat(invalid()).isEmpty();
        assertThat(Long.parseLong(
                        database.query("select pg_relation_size('orders_code')").get(0)))
                .isLessThan(4L << 20);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    void a_lock_timeout(Phase phase) throws SQLException {
        // the age of another role's transaction is not visible, so the timeout decides
        try (Connection blocker = block(phase, database.connectAsSuperuser())) {
            CommandRun run = CommandRun.on(database, command("--reindex-lock-timeout", "1s"));
            anIndexIsThere();
            assertThat(run.exitCode()).isEqualTo(4);
            assertThat(run.error()).contains("lock timeout");
            // the same transaction blocks its drop: the leftover is reported
            invalid().forEach(index -> assertThat(run.error()).contains(index + " is left invalid"));
            blocker.rollback();
        }
        theSameCommandFinishes();
    }

    @ParameterizedTest
    @EnumSource(names = "AFTER_THE_SWAP")
    void the_session_is_terminated(Phase phase) throws SQLException {
        terminates(phase);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AFTER_THE_SWAP")
    @Tag("long")
    void the_session_is_terminated_in_another_phase(Phase phase) throws SQLException {
        terminates(phase);
    }

    private void terminates(Phase phase) throws SQLException {
        CompletableFuture<CommandRun> running;
        try (Connection blocker = block(phase)) {
            running = CompletableFuture.supplyAsync(() -> CommandRun.on(database, command()));
            database.runAsSuperuser("select pg_terminate_backend(" + waiting(phase) + ")");
            Await.until(
                    () -> database.query(
                                    "select 1 from pg_stat_progress_create_index where datname = current_database()")
                            .isEmpty(),
                    () -> "the terminated session to end");
            anIndexIsThere();
            blocker.rollback();
        }
        CommandRun run = running.join();
        assertThat(run.exitCode()).describedAs(run.error()).isEqualTo(3);
        assertThat(run.error()).contains("Dropped public.orders_code" + phase.leftover);
        assertThat(invalid()).isEmpty();
        theSameCommandFinishes();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    void the_client_is_killed_and_then_its_session_too(Phase phase) throws SQLException, IOException {
        try (Connection blocker = block(phase)) {
            Process process = start();
            String pid = waiting(phase);
            process.destroyForcibly();
            database.runAsSuperuser("select pg_terminate_backend(" + pid + ")");
            awaitNoSession();
            anIndexIsThere();
            assertThat(invalid()).containsExactly("orders_code" + phase.leftover);
            assertThat(CommandRun.on(database, "maintain", "--reindex", "--dry-run")
                            .output())
                    .contains("drop index concurrently public.orders_code" + phase.leftover + ";");
            blocker.rollback();
        }
        theSameCommandFinishes();
        assertThat(Files.readString(file)).contains("CLEARED");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    void the_client_is_killed_and_its_session_lives_on(Phase phase) throws SQLException, IOException {
        try (Connection blocker = block(phase)) {
            Process process = start();
            waiting(phase);
            process.destroyForcibly();
            CommandRun meanwhile = CommandRun.on(database, command());
            assertThat(meanwhile.exitCode()).isEqualTo(4);
            anIndexIsThere();
            blocker.rollback();
        }
        awaitNoSession();
        theSameCommandFinishes();
    }

    @ParameterizedTest
    @EnumSource(names = "BEFORE_THE_SWAP")
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows ends a process without asking it")
    void an_interrupt(Phase phase) throws SQLException, IOException {
        interrupts(phase);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BEFORE_THE_SWAP")
    @Tag("long")
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows ends a process without asking it")
    void an_interrupt_in_another_phase(Phase phase) throws SQLException, IOException {
        interrupts(phase);
    }

    private void interrupts(Phase phase) throws SQLException, IOException {
        String output;
        try (Connection blocker = block(phase)) {
            Process process = start();
            waiting(phase);
            process.toHandle().destroy();
            Await.until(
                    () -> database.query(
                                    "select 1 from pg_stat_activity where datname = current_database()"
                                            + " and application_name like 'dbopt maintain%' and query like 'reindex%' and state = 'active'")
                            .isEmpty(),
                    () -> "the rebuild to be cancelled");
            blocker.rollback();
            try (InputStream out = process.getInputStream()) {
                output = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        assertThat(output)
                .contains("Dropped public.orders_code" + phase.leftover)
                .contains("To do the rest, run the same command again.");
        anIndexIsThere();
        assertThat(invalid()).isEmpty();
        theSameCommandFinishes();
    }

    /**
     * Its lock makes it wait until the rebuild has ended. While the rebuild waits for all that began before, it waits for
     * this one too: then PostgreSQL ends one of the two, which changes nothing, and it is asked for again.
     */
    private CompletableFuture<Void> meanwhile(String change) {
        CompletableFuture<Void> running = CompletableFuture.runAsync(() -> database.run(change));
        Await.until(
                () -> running.isDone()
                        || !database.query("select 1 from pg_stat_activity where datname = current_database()"
                                        + " and wait_event_type = 'Lock' and query = '" + change + "'")
                                .isEmpty(),
                () -> change + " to wait");
        return running;
    }

    private CommandRun besides(Phase phase, String change) throws SQLException {
        CompletableFuture<CommandRun> rebuild;
        CompletableFuture<Void> changing;
        try (Connection blocker = block(phase)) {
            rebuild = CompletableFuture.supplyAsync(() -> CommandRun.on(database, command()));
            waiting(phase);
            changing = meanwhile(change);
            blocker.rollback();
        }
        CommandRun run = rebuild.join();
        try {
            changing.join();
        } catch (CompletionException e) {
            assertThat(e).hasMessageContaining("deadlock detected");
            database.run(change);
        }
        assertThat(invalid()).describedAs(run.output() + run.error()).isEmpty();
        return run;
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    void the_table_is_renamed(Phase phase) throws SQLException {
        besides(phase, "alter table orders rename to purchases");
        assertThat(
                        database.query(
                                "select indrelid::regclass, indisvalid from pg_index where indexrelid = 'orders_code'::regclass"))
                .containsExactly("purchases | t");
        theSameCommandFinishes();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    void the_index_is_renamed(Phase phase) throws SQLException {
        besides(phase, "alter index orders_code rename to purchases_code");
        database.run("alter index purchases_code rename to orders_code");
        theSameCommandFinishes();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    void the_table_is_dropped(Phase phase) throws SQLException {
        CommandRun run = besides(phase, "drop table orders");
        assertThat(database.query("select relname from pg_class where relname like 'orders_code%'"))
                .describedAs(run.output() + run.error())
                .isEmpty();
        CommandRun again = CommandRun.on(database, command());
        assertThat(again.exitCode()).describedAs(again.error()).isZero();
        assertThat(again.output()).endsWith("No index needs a rebuild.\n");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    void migrate_and_undo_run_during_a_rebuild(Phase phase) throws SQLException {
        try (TestDatabase audited = TestDatabase.audited()) {
            bloat(audited);
            beside(phase, audited, "migrate");
            assertThat(audited.query("select relname from pg_class where relname = 'commit_pr_idx'"))
                    .isEmpty();
            bloat(audited);
            beside(phase, audited, "undo", "--target", "2");
            assertThat(audited.query("select indisvalid from pg_index where indexrelid = 'commit_pr_idx'::regclass"))
                    .containsExactly("t");
        }
    }

    /** Creates a large bloated index on a table of which migrate and undo drop and restore another index. */
    private static void bloat(TestDatabase audited) {
        audited.run(
                "create index if not exists orders_code on metrics_commit (message, id)",
                "insert into metrics_commit select id + n, created_at, updated_at, md5(n::text) || '01234567', github_repo,"
                        + " repeat(md5(n::text), 6), additions, deletions, committed_at, ai_co_authors, is_ai_assisted,"
                        + " author_id, pull_request_id, team_id"
                        + " from (select * from metrics_commit order by id desc limit 1) last, generate_series(1, 60000) n",
                "delete from metrics_commit where length(message) = 192");
        audited.run("vacuum analyze metrics_commit");
    }

    /** Starts the rebuild and, while it waits, the command; after both have ended, runs both again. */
    private void beside(Phase phase, TestDatabase audited, String... other) throws SQLException {
        CompletableFuture<CommandRun> rebuild;
        CompletableFuture<CommandRun> running;
        String change = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
                + " and query ~* '(drop|create) index concurrently'";
        try (Connection blocker = audited.connect()) {
            blocker.setAutoCommit(false);
            blocker.createStatement().execute(phase.blocker.replace("orders", "metrics_commit"));
            rebuild = CompletableFuture.supplyAsync(() -> CommandRun.on(audited, command()));
            Await.until(
                    () -> rebuild.isDone()
                            || !audited.query("select 1 from pg_index i join pg_class c on c.oid = i.indexrelid"
                                            + " where not i.indisvalid and c.relname = 'orders_code" + phase.leftover
                                            + "'")
                                    .isEmpty(),
                    () -> "the rebuild to begin");
            assertThat(rebuild).isNotDone();
            running = CompletableFuture.supplyAsync(() -> CommandRun.on(audited, other));
            Await.until(() -> running.isDone() || !audited.query(change).isEmpty(), () -> "the other command to wait");
            blocker.rollback();
        }
        CommandRun first = rebuild.join();
        CommandRun second = running.join();
        CommandRun again = CommandRun.on(audited, command());
        assertThat(again.exitCode())
                .describedAs(first.error() + second.error() + again.output() + again.error())
                .isZero();
        assertThat(audited.query("select indexrelid::regclass from pg_index where not indisvalid"))
                .isEmpty();
        assertThat(audited.query("select indisvalid from pg_index where indexrelid = 'orders_code'::regclass"))
                .containsExactly("t");
        if (second.exitCode() != 0) { // it waits for a lock or for the table at most two seconds
            assertThat(second.exitCode()).isEqualTo(4);
            assertThat(second.error()).contains("the same command");
            CommandRun once = CommandRun.on(audited, other);
            assertThat(once.exitCode()).describedAs(once.error()).isZero();
        }
    }

    @Test
    void a_leftover_that_dbopt_did_not_create_is_reported_and_not_touched() throws SQLException {
        try (Connection ignored = block(Phase.BEFORE_THE_BUILD);
                Connection other = database.connect();
                Statement statement = other.createStatement()) {
            statement.execute("set lock_timeout = '1ms'");
            try {
                statement.execute("reindex index concurrently orders_code");
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo("55P03");
            }
        }
        try (Connection blocker = block(Phase.BEFORE_THE_BUILD, database.connectAsSuperuser())) {
            CommandRun broken = CommandRun.on(database, command("--reindex-lock-timeout", "1s"));
            assertThat(broken.exitCode()).isEqualTo(4);
            blocker.rollback();
        }
        CommandRun run = CommandRun.on(database, command());
        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).contains("drop index concurrently public.orders_code_ccnew;");
        assertThat(invalid()).containsExactly("orders_code_ccnew");
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(DboptProgram.of(
                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"), command("--reindex-lock-timeout", "60s")));
        builder.environment().putAll(database.address());
        return builder.redirectErrorStream(true).start();
    }
}
