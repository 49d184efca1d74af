package dbopt.security;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.Await;
import dbopt.CommandRun;
import dbopt.DboptProgram;
import dbopt.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** An interrupted command cancels its statement on the server, and says what remains and how to continue. */
@Tag("entrypoints")
@Timeout(120)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows ends a process without asking it")
class InterruptTest {
    private static final Map<String, Integer> EXIT_CODES = Map.of("INT", 128 + 2, "TERM", 128 + 15);

    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    @TempDir
    private Path folder;

    @Test
    void migrate_says_that_the_next_run_drops_the_remaining_indexes() throws Exception {
        String printed = interrupted("select count(*) from metrics_commit", "migrate");
        // whether the wait was seen before the interrupt came depends on the moment
        assertThat(printed.replaceFirst("\nIt waited for pid .*", ""))
                .endsWith(
                        """
                        V2__drop_commit_pr_idx.sql failed: canceling statement due to user request
                        You interrupted it.
                        public.commit_pr_idx is left invalid: no query uses it, but every write still maintains it.
                        The next dbopt migrate drops it. To make it valid again instead: REINDEX INDEX CONCURRENTLY public.commit_pr_idx;
                        Every earlier migration stays applied, and is not run again. To go on: dbopt migrate. To see what is applied: dbopt info.""");
        CommandRun.on(database, "migrate").assertSucceeded();
    }

    @Test
    void undo_says_that_the_same_command_finishes_the_undo() throws Exception {
        CommandRun.on(database, "migrate").assertSucceeded();
        assertThat(interrupted("select count(*) from integrations_jiraintegration", "undo", "--target", "7"))
                .contains("Undone V8", "Undo of V7 failed in U7__drop_jira_int_cloud_id_idx.sql:")
                .endsWith("You interrupted it; the same command finishes it: dbopt undo --target 7");
        CommandRun.on(database, "undo", "--target", "7").assertSucceeded();
    }

    @Tag("long")
    @Test
    void plans_say_that_nothing_was_changed_and_leave_no_file() throws Exception {
        assertThat(interrupted(
                        "lock table metrics_commit",
                        "plans",
                        "record",
                        folder.resolve("plans.json").toString()))
                .contains(
                        "cannot be planned: canceling statement due to user request\nNothing was changed, and no file was written.");
        assertThat(folder).isEmptyDirectory();
    }

    @Tag("long")
    @Test
    void health_says_that_nothing_was_changed_and_leaves_no_file() throws Exception {
        assertThat(interrupted(
                        "lock table metrics_commit",
                        "health",
                        "--history",
                        folder.resolve("history").toString(),
                        "--output",
                        folder.resolve("report").toString()))
                .endsWith("The report failed: canceling statement due to user request\nNothing was changed.");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void audit_says_on_ctrl_c_that_nothing_was_changed() throws Exception {
        assertThat(interruptedByCtrlC("drop index commit_pr_idx", "audit", "--fail-on", "any"))
                .isEqualTo(
                        """
                        Database %s
                        You interrupted the audit: which indexes are redundant is unknown. Nothing was changed."""
                                .formatted(address()));
    }

    @Tag("long")
    @Test
    @EnabledOnOs(OS.LINUX)
    void audit_says_on_ctrl_c_that_nothing_was_written() throws Exception {
        assertThat(interruptedByCtrlC("drop index commit_pr_idx", "audit", "--scaffold", folder.toString()))
                .endsWith("You interrupted the audit: which indexes are redundant is unknown. Nothing was changed.");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void info_says_on_ctrl_c_that_nothing_was_changed() throws Exception {
        CommandRun.on(database, "migrate").assertSucceeded();
        assertThat(interruptedByCtrlC("lock table flyway_schema_history", "info"))
                .isEqualTo(
                        """
                        Database %s
                        You interrupted it: which migrations are applied is unknown. Nothing was changed."""
                                .formatted(address()));
        CommandRun.on(database, "info").assertSucceeded();
    }

    private String address() {
        return database.url().substring("jdbc:postgresql://".length()) + " as " + TestDatabase.OWNER;
    }

    /** The output of a command that is interrupted while it waits for the transaction of this statement. */
    private String interrupted(String inTheWay, String... command)
            throws SQLException, IOException, InterruptedException {
        return signalled("TERM", inTheWay, command);
    }

    /** Interrupts the process as a terminal interrupts its foreground process. */
    private String interruptedByCtrlC(String inTheWay, String... command)
            throws SQLException, IOException, InterruptedException {
        return signalled("INT", inTheWay, command);
    }

    private String signalled(String signal, String inTheWay, String... command)
            throws SQLException, IOException, InterruptedException {
        try (Connection holder = database.connect()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute(inTheWay);
            Process process = start(signal, command);
            Await.until(() -> !waiting().isEmpty() || !process.isAlive(), () -> "the command to wait");
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                        .start()
                        .waitFor();
                String said = output.lines().collect(Collectors.joining("\n"));
                assertThat(process.waitFor()).as(said).isEqualTo(EXIT_CODES.get(signal));
                Await.until(() -> sessions().isEmpty(), () -> "the sessions to end in the server: " + sessions());
                return said;
            }
        }
    }

    private List<String> waiting() {
        return database.query("select pid from pg_stat_activity where datname = current_database()"
                + " and application_name like 'dbopt%' and wait_event_type = 'Lock'");
    }

    /** All sessions except those of the test: the lock holder, and the session that queries. */
    private List<String> sessions() {
        return database.query("select pid, application_name, query from pg_stat_activity"
                + " where datname = current_database() and application_name <> 'PostgreSQL JDBC Driver'");
    }

    private Process start(String signal, String... command) throws IOException {
        List<String> program = new ArrayList<>();
        if (signal.equals("INT")) { // background processes ignore SIGINT, and so do their children
            program.addAll(List.of("env", "--default-signal=INT"));
        }
        program.addAll(DboptProgram.of(List.of(), command));
        ProcessBuilder builder = new ProcessBuilder(program).redirectErrorStream(true);
        builder.environment().putAll(database.address());
        return builder.start();
    }
}
