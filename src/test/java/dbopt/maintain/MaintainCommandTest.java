package dbopt.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dbopt.Await;
import dbopt.CommandRun;
import dbopt.DboptProgram;
import dbopt.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class MaintainCommandTest {
    /** Large enough that a VACUUM with cost delay takes many seconds. */
    private static final String LARGE =
            "create table large as select n, repeat('x', 500) as filler from generate_series(1, 20000) n";

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    private String announcement() {
        return "Database " + database.url().replace("jdbc:postgresql://", "") + " as application\n";
    }

    @Test
    void vacuums_tables_with_dead_rows_and_reports_the_effect() {
        database.run(
                "create table orders as select n from generate_series(1, 1000) n",
                "create table quiet as select n from generate_series(1, 1000) n");
        database.run("vacuum analyze orders, quiet");
        database.run("delete from orders where n <= 400");
        database.awaitCounters("relname = 'orders' and n_dead_tup = 400 and last_analyze is not null"
                + " and exists (select from pg_stat_user_tables where relname = 'quiet' and last_analyze is not null)");
        CommandRun run = CommandRun.on(database, "maintain");
        run.assertSucceeded();
        assertThat(run.output().replaceAll("[0-9-]{10} [0-9:]{8}", "TIME"))
                .isEqualTo(announcement()
                        + """
                        statement                       rows  dead  why
                        vacuum (analyze) public.orders   600   400  400 dead rows; 400 changes since its statistics were made
                        table          dead before  dead after  analysed (UTC)  vacuumed (UTC)  verdict
                        public.orders          400           0  TIME            TIME            confirmed
                        """
                                .replace("analysed (UTC)  vacuumed (UTC)", "analysed (UTC)       vacuumed (UTC)     ")
                                .replace("TIME            TIME            ", "TIME  TIME  "));
        assertThat(run.error()).matches("vacuum \\(analyze\\) public.orders .*\nvacuum .*: [0-9.]+ s\n");
        database.awaitCounters("relname = 'orders' and n_dead_tup = 0");
        assertThat(CommandRun.on(database, "maintain").output())
                .isEqualTo(
                        announcement()
                                + """
                        Nothing to do: no table needs it (stale: changes of more than 50 rows and 5 %; dead rows: more than 50 and 10 %).
                        """);
    }

    @Test
    void a_dry_run_changes_nothing() {
        database.run("create table orders as select n from generate_series(1, 1000) n");
        database.awaitCounters("n_live_tup = 1000");
        CommandRun run = CommandRun.on(database, "maintain", "--dry-run");
        run.assertSucceeded();
        assertThat(run.output())
                .isEqualTo(
                        announcement()
                                + """
                        statement               rows  dead  why
                        analyze public.orders  1,000     0  no statistics: never analysed
                        Nothing was changed. To do it: dbopt maintain
                        """);
        assertThat(database.query("select last_analyze from pg_stat_user_tables"))
                .containsExactly("null");
    }

    @Test
    void distinguishes_lost_counters_from_a_table_that_was_never_analysed() {
        database.run("create table orders as select n from generate_series(1, 1000) n");
        database.run("analyze orders");
        database.runAsSuperuser("select pg_stat_reset()");
        assertThat(CommandRun.on(database, "maintain", "--dry-run").output())
                .contains("statistics of unknown age: the counters were lost")
                .doesNotContain("never analysed");
    }

    @Test
    void a_partitioned_table_gets_the_statistics_that_autovacuum_never_makes() {
        database.run(
                "create table events (n int) partition by range (n)",
                "create table events_low partition of events for values from (0) to (10000)",
                "insert into events select generate_series(1, 1000)");
        database.run("analyze events_low");
        database.awaitCounters("relname = 'events_low' and last_analyze is not null");
        assertThat(CommandRun.on(database, "maintain").output()).contains("analyze public.events  1,000");
        assertThat(database.query("select count(*) from pg_stats where tablename = 'events'"))
                .containsExactly("1");
        assertThat(CommandRun.on(database, "maintain").output()).contains("Nothing to do");
    }

    @Test
    void the_three_tables_that_the_audit_names_are_vacuumed_by_default() {
        try (TestDatabase audited = TestDatabase.audited()) {
            String plan = CommandRun.on(audited, "maintain", "--dry-run").output();
            assertThat(plan)
                    .contains("vacuum (analyze) public.metrics_aiusagedaily")
                    .contains("vacuum (analyze) public.metrics_pullrequest")
                    .contains("vacuum (analyze) public.metrics_prfile")
                    .contains("analyze public.metrics_teammember");
            CommandRun.on(audited, "maintain", "--cost-delay", "0").assertSucceeded();
            assertThat(CommandRun.on(audited, "maintain").output()).contains("Nothing to do");
        }
    }

    @Test
    void a_table_of_another_owner_is_left_alone_and_named() {
        database.runAsSuperuser("create table public.theirs as select n from generate_series(1, 1000) n");
        database.awaitCounters("relname = 'theirs' and n_mod_since_analyze = 1000");
        CommandRun run = CommandRun.on(database, "maintain");
        run.assertSucceeded();
        assertThat(run.output())
                .contains("  analyze public.theirs  -- owner postgres; 1,000 changes since its statistics were made\n")
                .contains("Nothing to do");
    }

    @Test
    void a_locked_table_is_skipped_and_the_rest_is_done() throws SQLException {
        database.run(
                "create table held as select n from generate_series(1, 100) n",
                "create table free as select n from generate_series(1, 1000) n");
        try (Connection holder = database.connect()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute("lock table held in share row exclusive mode");
            CommandRun run = CommandRun.on(database, "maintain", "--lock-timeout", "100ms");
            assertThat(run.exitCode()).isEqualTo(4);
            assertThat(run.error())
                    .endsWith(
                            """
                            1 failed and were skipped:
                              analyze public.held: canceling statement due to lock timeout
                            What is done stays done. To do the rest: dbopt maintain
                            """);
            assertThat(run.output()).contains("public.free").contains("confirmed");
        }
    }

    @Test
    void a_table_that_was_dropped_meanwhile_is_not_a_failure() throws SQLException, InterruptedException {
        database.run(
                "create table first as select n from generate_series(1, 1000) n",
                "create table second as select n, repeat('x', 100) as filler from generate_series(1, 1000) n");
        database.awaitCounters("relname = 'second' and n_mod_since_analyze = 1000");
        try (Connection holder = database.connect()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute("lock table first in share row exclusive mode");
            holder.createStatement().execute("drop table second");
            CompletableFuture<CommandRun> running =
                    CompletableFuture.supplyAsync(() -> CommandRun.on(database, "maintain", "--lock-timeout", "60s"));
            Await.until(
                    () -> !database.query(
                                    "select pid from pg_locks where not granted and database = (select oid from pg_database"
                                            + " where datname = current_database())")
                            .isEmpty(),
                    () -> "the command to wait for the lock");
            holder.commit();
            CommandRun run = running.join();
            assertThat(run.error()).contains("analyze public.second is no longer needed: the table has been dropped");
            run.assertSucceeded();
        }
    }

    @Test
    void timeouts_of_the_role_do_not_end_the_work() throws SQLException {
        try (Connection connection = database.connect()) {
            assumeTrue(connection.getMetaData().getDatabaseMajorVersion() >= 17, "no transaction_timeout before");
        }
        database.run(LARGE);
        database.runAsSuperuser("alter database " + database.name() + " set transaction_timeout = '300ms'");
        CommandRun run = CommandRun.on(database, "maintain", "--cost-delay", "5ms");
        assertThat(run.error()).doesNotContain("passed over");
        run.assertSucceeded();
    }

    @Test
    void a_name_that_is_not_valid_text_is_reported_and_the_rest_is_done() {
        database.runAsSuperuser("drop database if exists any_bytes");
        database.runAsSuperuser(
                "create database any_bytes template template0 encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'");
        Map<String, String> address = Map.of(
                "FLYWAY_URL", database.url().replace(database.name(), "any_bytes"),
                "FLYWAY_USER", "postgres",
                "FLYWAY_PASSWORD", "postgres");
        try (Connection connection = DriverManager.getConnection(address.get("FLYWAY_URL"), "postgres", "postgres")) {
            Statement statement = connection.createStatement();
            statement.execute("do $$ begin execute format('create table %I as select n from generate_series(1, 100) n',"
                    + " convert_from('\\xff41', 'SQL_ASCII')); end $$");
            statement.execute("create table \"l\u00e9gible\" as select n from generate_series(1, 100) n");
            CommandRun run = CommandRun.with(address, "maintain");
            assertThat(run.exitCode()).describedAs(run.error()).isZero();
            assertThat(run.output())
                    .contains("Not judged, because its name is not valid text in this client's encoding:\n  public.")
                    .contains("analyze public.\"l\u00e9gible\"");
            CommandRun health = CommandRun.with(address, "health");
            assertThat(health.exitCode()).describedAs(health.error()).isZero();
            assertThat(health.output())
                    .contains("its name is not valid text in this client's encoding", "public.\"l\u00e9gible\"")
                    .doesNotContain("this check");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            database.runAsSuperuser("drop database any_bytes with (force)");
        }
    }

    @Test
    void ends_when_the_time_is_up_in_the_middle_of_a_statement() {
        database.run(LARGE);
        CommandRun run = CommandRun.on(database, "maintain", "--max-duration", "1s", "--cost-delay", "100ms");
        run.assertSucceeded();
        assertThat(run.error())
                .endsWith(
                        """
                        The time was up; 1 left:
                          vacuum (analyze) public.large
                        What is done stays done. To do the rest: dbopt maintain
                        """);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows ends a process without asking it")
    void an_interrupt_cancels_the_statement_and_reports_the_remaining_work() throws IOException, InterruptedException {
        database.run(LARGE);
        ProcessBuilder builder = new ProcessBuilder(DboptProgram.of(List.of(), "maintain", "--cost-delay", "100ms"));
        builder.environment().putAll(database.address());
        Process process = builder.redirectErrorStream(true).start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            Await.until(
                    () -> !database.query("select pid from pg_stat_progress_vacuum where datname = current_database()")
                            .isEmpty(),
                    () -> "the vacuum to run");
            process.toHandle().destroy(); // unlike destroy() of the process itself, this leaves its output open
            assertThat(output.lines().collect(Collectors.joining("\n")))
                    .endsWith(
                            """
                            Interrupted; 1 left:
                              vacuum (analyze) public.large
                            What is done stays done. To do the rest: dbopt maintain""");
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(
                        database.query(
                                "select pid from pg_stat_activity where datname = current_database() and query like 'vacuum%' and state = 'active'"))
                .isEqualTo(List.of());
    }

    @Test
    void a_bloated_index_is_reported_with_the_statement_that_rebuilds_it() {
        database.run(
                "create table orders as select n, (n * 7919::bigint) % 600000 as code from generate_series(1, 600000) n",
                "create index orders_code on orders (code)", "delete from orders where n % 5 <> 0");
        database.run("vacuum analyze orders");
        assertThat(CommandRun.on(database, "maintain").output())
                .contains("VACUUM does not make an index smaller. To rebuild bloated ones, when it suits:")
                .containsPattern(
                        "  reindex index concurrently public.orders_code;  -- about 1[01] MB of its 13 MB are empty\n");
    }

    @Test
    void bloated_tables_and_tables_that_cannot_be_judged_are_reported() {
        database.run("create table orders as select n, repeat('x', 1000) as filler from generate_series(1, 60000) n");
        String unknown =
                "Unknown whether bloated: tables of 50 MB or more: 1; the statistics of their columns were never made"
                        + " (public.orders)\n";
        assertThat(CommandRun.on(database, "maintain", "--dry-run").output()).contains(unknown);
        database.run("delete from orders where n % 4 <> 0");
        assertThat(CommandRun.on(database, "maintain", "--cost-delay", "0").output())
                .doesNotContain("Unknown")
                .containsPattern(
                        """
                        VACUUM lets new rows use the empty pages of a table, and does not make it smaller. Bloated tables:
                          public.orders  -- about 5[0-9] MB of its 67 MB are empty
                        """);
    }

    @Test
    void a_time_that_cannot_be_read_is_refused() {
        CommandRun run = CommandRun.on(database, "maintain", "--max-duration", "soon");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .startsWith(
                        "Invalid value for option '--max-duration': 'soon' is not a duration: write 500ms, 30s, 10min or 2h\n");
    }
}
