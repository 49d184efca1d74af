package dbopt.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.AuditedProject;
import dbopt.Await;
import dbopt.CommandRun;
import dbopt.TestDatabase;
import dbopt.undo.IndexBuild;
import dbopt.undo.Undo;
import dbopt.undo.UndoListener;
import dbopt.undo.UndoResult;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other sessions, and transactions without one, during migrate and undo are named with a way to end them. */
@Tag("faults")
@Timeout(120)
class SessionsTest {
    private static final String READ = "select count(*) from metrics_commit";

    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    private final StringWriter printed = new StringWriter();
    private List<String> before;

    @BeforeEach
    void remember() {
        before = database.schema();
    }

    @Test
    void undo_waits_for_a_blocked_migrate_and_undoes_its_drop() throws SQLException {
        try (Connection reader = reading(database.connect())) {
            CompletableFuture<CommandRun> migrate = Background.start(() -> CommandRun.on(database, "migrate"));
            awaitDrop(migrate);
            CompletableFuture<CommandRun> undo = Background.start(() -> run("undo", "--target", "2"));
            Await.until(
                    () -> printed().contains("holds Flyway's lock: dbopt migrate "),
                    () -> "what undo waits for: " + printed());
            reader.rollback();
            Background.result(migrate).assertSucceeded();
            assertThat(Background.result(undo).output()).contains("Undone: V8, V7, V6, V5, V4, V3, V2");
        }
        assertThat(database.schema()).isEqualTo(before);
    }

    @Tag("long")
    @Test
    void a_dry_run_of_undo_says_that_a_blocked_migrate_is_not_in_its_plan() throws SQLException {
        try (Connection reader = reading(database.connect())) {
            CompletableFuture<CommandRun> migrate = Background.start(() -> CommandRun.on(database, "migrate"));
            awaitDrop(migrate);
            CommandRun dry = CommandRun.on(database, "undo", "--dry-run");
            dry.assertSucceeded();
            assertThat(dry.error())
                    .containsPattern(
                            "Another migrate or undo is running \\(pid \\d+, dbopt migrate \\d+\\): changes that it has yet to make are not in this plan\\.\n")
                    .contains("Nothing to undo");
            reader.rollback();
            Background.result(migrate).assertSucceeded();
        }
        assertThat(CommandRun.on(database, "undo", "--dry-run").error()).doesNotContain("undo is running");
    }

    @Test
    void the_undo_of_the_plugin_also_waits_for_a_blocked_migrate() throws SQLException {
        UndoListener listener = new UndoListener() {
            @Override
            public void building(IndexBuild build) {
                printed.append(build.describe()).append('\n');
            }
        };
        try (Connection reader = reading(database.connect())) {
            CompletableFuture<CommandRun> migrate = Background.start(() -> CommandRun.on(database, "migrate"));
            awaitDrop(migrate);
            CompletableFuture<UndoResult> undo = Background.start(
                    () -> Undo.of(database.flyway().target("2")).run(listener));
            Await.until(
                    () -> undo.isDone() || printed().contains("holds Flyway's lock: dbopt migrate "),
                    () -> "what undo waits for: " + printed());
            reader.rollback();
            Background.result(migrate).assertSucceeded();
            assertThat(Background.result(undo).undone()).hasSize(7);
        }
        assertThat(printed()).startsWith("waiting, waits for pid ");
        assertThat(database.schema()).isEqualTo(before);
    }

    @Test
    void a_prepared_transaction_is_named_and_the_printed_statement_ends_it() throws SQLException {
        try (Connection reader = reading(database.connect())) {
            reader.createStatement().execute("prepare transaction 'it''s'");
        }
        CompletableFuture<CommandRun> migrate = Background.start(() -> run("migrate"));
        Matcher statement = awaitMessage(
                migrate,
                "Waiting for the prepared transaction 'it''s' \\(application, prepared \\d+ s ago\\); application or a superuser"
                        + " ends it in this database: COMMIT PREPARED 'it''s' or (ROLLBACK PREPARED 'it''s')");
        database.run(statement.group(1));
        Background.result(migrate).assertSucceeded();
        assertThat(database.indexes()).hasSize(97);
    }

    @Test
    void a_session_of_another_role_is_named_and_the_printed_statement_ends_it() throws SQLException {
        try (Connection ignored = reading(database.connectAsSuperuser())) {
            CompletableFuture<CommandRun> migrate = Background.start(() -> run("migrate"));
            Matcher statement = awaitMessage(
                    migrate,
                    "Waiting for pid \\d+ \\(postgres, for \\d+ s\\): hidden from application; GRANT pg_read_all_stats TO application"
                            + " shows it\\. A member of postgres or a superuser can end it: (select pg_terminate_backend\\(\\d+\\))");
            database.runAsSuperuser(statement.group(1));
            Background.result(migrate).assertSucceeded();
        }
    }

    @Test
    void timeouts_of_the_role_do_not_end_a_session_of_migrate() throws SQLException {
        outlivesTheTimeOuts("migrate");
    }

    @Tag("long")
    @Test
    void timeouts_of_the_role_do_not_end_a_session_of_undo() throws SQLException {
        outlivesTheTimeOuts("undo");
    }

    private void outlivesTheTimeOuts(String command) throws SQLException {
        if (command.equals("undo")) {
            run("migrate").assertSucceeded();
        }
        try (Connection reader = reading(database.connect())) {
            Stream.of("transaction_timeout", "idle_session_timeout", "idle_in_transaction_session_timeout")
                    .filter(setting -> !database.query("select from pg_settings where name = '" + setting + "'")
                            .isEmpty())
                    .forEach(setting -> database.runAsSuperuser("alter role application in database %s set %s = '600ms'"
                            .formatted(database.name(), setting)));
            CompletableFuture<CommandRun> run =
                    Background.start(() -> command.equals("undo") ? run("undo", "--target", "2") : run("migrate"));
            Await.until(
                    () -> run.isDone()
                            || !database.query("select pid from pg_stat_activity where application_name like 'dbopt "
                                            + command + "%' and query ~ '^(drop|create) index'"
                                            + " and clock_timestamp() - query_start > '2 s'")
                                    .isEmpty(),
                    () -> "a long wait: " + printed());
            reader.rollback();
            CommandRun result = Background.result(run);
            assertThat(result.exitCode()).as(printed()).isZero();
        }
    }

    @Test
    void a_session_terminated_by_an_administrator_is_reported_as_such() throws SQLException {
        try (Connection ignored = reading(database.connect())) {
            CompletableFuture<CommandRun> migrate = Background.start(() -> run("migrate"));
            awaitDrop(migrate);
            database.runAsSuperuser(
                    "select pg_terminate_backend(pid) from pg_stat_activity where query like 'drop index%'");
            assertThat(Background.result(migrate).exitCode()).isEqualTo(4);
        }
        assertThat(printed())
                .contains(
                        """
                        V2__drop_commit_pr_idx.sql failed: terminating connection due to administrator command
                        An administrator ended the session (pg_terminate_backend), or the server was shut down. Ask who did, and run the same command again.
                        public.commit_pr_idx is left invalid:""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"migrate", "undo"})
    void a_read_only_session_is_refused_immediately(String command) {
        database.runAsSuperuser("alter role application in database %s set default_transaction_read_only = on"
                .formatted(database.name()));
        assertThat(run(command).exitCode()).isEqualTo(3);
        String remedy =
                "ALTER ROLE application IN DATABASE %s RESET default_transaction_read_only".formatted(database.name());
        assertThat(printed())
                .contains(
                        """
                        dbopt %s cannot run here: default_transaction_read_only is on, so every transaction of this session only reads.
                        Nothing was changed. If that is not meant for this role: %s; For one run alone, add to the address: ?options=-c%%20default_transaction_read_only=off"""
                                .formatted(command, remedy));
        CommandRun.on(database, command, "--url", database.url() + "?options=-c%20default_transaction_read_only=off")
                .assertSucceeded();
        database.runAsSuperuser(remedy);
        run(command).assertSucceeded();
    }

    @Test
    void two_concurrent_migrates_each_report_only_their_own_drops() throws SQLException {
        try (Connection reader = reading(database.connect())) {
            CommandProcess first =
                    CommandProcess.start(AuditedProject.folder(), database.address(), List.of("migrate"));
            awaitDrop(new CompletableFuture<>());
            CompletableFuture<CommandRun> second = Background.start(() -> run("migrate"));
            Await.until(() -> printed().contains("holds Flyway's lock: "), () -> "the second to wait: " + printed());
            reader.rollback();
            assertThat(first.result().error()).contains("  dropped\n").doesNotContain("Freed 0 bytes");
            assertThat(Background.result(second).output())
                    .contains("  dropped by another session\n", "Freed 0 bytes.")
                    .doesNotContain("  dropped\n");
        }
    }

    @Test
    void after_a_drop_without_a_lock_undo_names_the_invalid_index_and_how_to_repair_it() throws SQLException {
        try (Connection reader = reading(database.connect())) {
            CompletableFuture<CommandRun> migrate = Background.start(() -> run("migrate"));
            awaitDrop(migrate);
            database.runAsSuperuser(
                    "select pg_terminate_backend(pid) from pg_stat_activity where query like 'drop index%'");
            assertThat(Background.result(migrate).exitCode()).isEqualTo(4);
            reader.rollback();
        }
        assertThat(run("undo").output())
                .endsWith(
                        """
                        public.commit_pr_idx is left invalid: no query uses it, but every write still maintains it.
                        To have it valid again: REINDEX INDEX CONCURRENTLY public.commit_pr_idx;
                        """);
        database.run("REINDEX INDEX CONCURRENTLY public.commit_pr_idx");
        assertThat(database.schema()).isEqualTo(before);
        assertThat(run("undo").output()).doesNotContain("invalid");
    }

    private CommandRun run(String... command) {
        return CommandRun.telling(AuditedProject.folder(), new PrintWriter(printed, true), database.address(), command);
    }

    private String printed() {
        return printed.toString();
    }

    private static Connection reading(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.createStatement().execute(READ);
        return connection;
    }

    private void awaitDrop(CompletableFuture<CommandRun> run) {
        Await.until(
                () -> run.isDone()
                        || !database.query("select pid from pg_stat_activity where datname = current_database()"
                                        + " and query like 'drop index%' and wait_event_type = 'Lock'")
                                .isEmpty(),
                () -> "the drop to wait");
    }

    private Matcher awaitMessage(CompletableFuture<CommandRun> run, String pattern) {
        Pattern wanted = Pattern.compile(pattern);
        Await.until(() -> run.isDone() || wanted.matcher(printed()).find(), () -> pattern + "\nin\n" + printed());
        Matcher found = wanted.matcher(printed());
        assertThat(found.find()).as(printed()).isTrue();
        return found;
    }
}
