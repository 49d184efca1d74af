package dbopt.undo;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.AuditedProject;
import dbopt.Await;
import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("anyversion")
class UndoCommandTest {
    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    private List<String> before;

    @BeforeEach
    void migrate() {
        before = database.schema();
        CommandRun.on(database, "migrate").assertSucceeded();
    }

    @Tag("long")
    @Test
    void undo_to_version_2_and_migrate_give_the_same_schemas_every_time() {
        List<String> migrated = database.schema();
        for (int cycle = 1; cycle <= 2; cycle++) {
            CommandRun.on(database, "undo", "--target", "2").assertSucceeded();
            assertThat(database.schema()).isEqualTo(before);
            CommandRun.on(database, "migrate").assertSucceeded();
            assertThat(database.schema()).isEqualTo(migrated);
        }
    }

    @Test
    void undoes_the_newest_migration_and_says_how_to_keep_it_undone() {
        CommandRun run = CommandRun.on(database, "undo");
        run.assertSucceeded();
        assertThat(run.output().replaceAll("[0-9]+\\.[0-9] s", "N s"))
                .isEqualTo(
                        """
                        Undone: V8 (N s).
                        The next migrate applies V8 again, unless its target holds it: FLYWAY_TARGET=7 (in a configuration file: flyway.target=7)
                        """);
    }

    @Test
    void a_target_configured_for_migrate_does_not_extend_an_undo() {
        Map<String, String> environment = new HashMap<>(database.address());
        environment.put("FLYWAY_TARGET", "2");
        CommandRun run = CommandRun.with(environment, "undo");
        assertThat(run.output()).startsWith("Undone: V8 (");
    }

    @Test
    void info_shows_which_migrations_are_undone_and_which_have_an_undo_script() {
        CommandRun.on(database, "undo", "--target", "7");
        assertThat(info())
                .contains("1  audited schema  baseline  no  TIME  application\n")
                .contains("2  drop commit pr idx  success  yes  TIME  application\n")
                .contains("7  drop jira int cloud id idx  undone, pending  yes  TIME  application\n")
                .doesNotContain("available");
        assertThat(info("--all"))
                .contains("7  drop jira int cloud id idx  undone  yes  TIME  application\n")
                .contains("7  drop jira int cloud id idx  pending  yes\n");
    }

    @Test
    void info_has_one_row_per_version_however_often_it_was_undone() {
        for (int cycle = 0; cycle < 2; cycle++) {
            CommandRun.on(database, "undo", "--target", "7");
            CommandRun.on(database, "migrate");
        }
        assertThat(info().lines().filter(line -> line.contains("TIME")).map(line -> line.replaceFirst(" .*", "")))
                .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "");
        assertThat(info("--all").lines().filter(line -> line.contains("TIME"))).hasSize(13);
    }

    private String info(String... options) {
        return CommandRun.on(
                        database,
                        Stream.concat(Stream.of("info"), Stream.of(options)).toArray(String[]::new))
                .output()
                .replaceAll("[0-9-]{10} [0-9:]{8} UTC +", "TIME  ")
                .replaceAll(" {2,}", "  ");
    }

    @Test
    void a_target_may_be_spelled_as_in_the_file_name() {
        for (String target : List.of("V8", "v8", "8")) {
            assertThat(CommandRun.on(database, "undo", "--target", target, "--dry-run")
                            .error())
                    .as(target)
                    .contains("Would undo V8 with U8__tune_autovacuum.sql\n");
        }
    }

    @Test
    void a_dry_run_prints_the_sql_and_changes_nothing() {
        List<String> history = database.history();
        List<String> schema = database.schema();
        CommandRun run = CommandRun.on(database, "undo", "--target", "7", "--dry-run");
        run.assertSucceeded();
        assertThat(run.output())
                .contains("-- V7, undone by U7__drop_jira_int_cloud_id_idx.sql outside a transaction\n")
                .contains(
                        "create index concurrently if not exists jira_int_cloud_id_idx on public.integrations_jiraintegration using btree (cloud_id);");
        assertThat(run.error()).endsWith("Dry run: nothing was changed.\n");
        assertThat(database.history()).isEqualTo(history);
        assertThat(database.schema()).isEqualTo(schema);
    }

    @Test
    void undoing_the_baseline_is_refused_with_the_reason_and_an_alternative_command() {
        List<String> schema = database.schema();
        CommandRun run = CommandRun.on(database, "undo", "--target", "1");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.error())
                .endsWith(
                        """
                        Cannot undo V1: it is the baseline, which records what the database held before Flyway was introduced, so it cannot be undone. Nothing was changed.
                        Everything above it can be undone: dbopt undo --target 2
                        """);
        assertThat(database.schema()).isEqualTo(schema);
    }

    @Test
    void an_invalid_version_is_a_usage_error() {
        CommandRun run = CommandRun.on(database, "undo", "--target", "x/3");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .endsWith("--target x/3 is not the version of a migration, such as 3.\nNothing was changed.\n");
    }

    @Test
    void undo_without_an_address_does_not_default_to_an_embedded_database() {
        CommandRun run = CommandRun.with(Map.of(), "undo");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error()).startsWith("No database configured. Nothing was done.\n");
    }

    @Test
    @Timeout(120)
    void undo_names_the_session_that_holds_the_migration_lock_while_it_waits() throws Exception {
        waitsForItsTurn("undo");
    }

    @Tag("long")
    @Test
    @Timeout(120)
    void migrate_names_the_session_that_holds_the_migration_lock_while_it_waits() throws Exception {
        waitsForItsTurn("migrate");
    }

    private void waitsForItsTurn(String command) throws Exception {
        StringWriter printed = new StringWriter();
        CompletableFuture<?> another;
        CompletableFuture<Integer> waiting;
        try (Connection reader = database.connect();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("select count(*) from metrics_commit");
            another = CompletableFuture.supplyAsync(
                    () -> Undo.of(database.flyway().target("5")).run(new UndoListener() {}),
                    task -> new Thread(task).start());
            Await.until(
                    () -> !database.query("select 1 from pg_stat_progress_create_index where phase like 'waiting%'")
                            .isEmpty(),
                    () -> "the build to wait");
            waiting = inBackground(printed, command);
            Await.until(() -> printed.toString().contains("Waiting for "), () -> "what it waits for:\n" + printed);
            assertThat(printed.toString().replaceAll("[0-9]+", "N"))
                    .contains(
                            "Waiting for pid N (application, active, transaction open for N s): holds Flyway's lock: Redgate_Flyway\n");
        }
        another.get(60, TimeUnit.SECONDS);
        assertThat(waiting.get(60, TimeUnit.SECONDS)).as(printed.toString()).isZero();
    }

    private CompletableFuture<Integer> inBackground(StringWriter printed, String... arguments) {
        Map<String, String> environment = database.address();
        return CompletableFuture.supplyAsync(
                () -> CommandRun.telling(AuditedProject.folder(), new PrintWriter(printed), environment, arguments)
                        .exitCode(),
                task -> new Thread(task).start());
    }
}
