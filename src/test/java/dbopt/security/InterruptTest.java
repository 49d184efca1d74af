package dbopt.security;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.Main;
import dbopt.TestDatabase;
import dbopt.faults.Await;
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
import org.junit.jupiter.api.io.TempDir;

/** An interrupted command ends its statement in the server, and says what is left and how to go on. */
@Tag("entrypoints")
@Timeout(120)
class InterruptTest {
    private static final int INTERRUPTED = 128 + 15;

    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    @TempDir
    private Path folder;

    @Test
    void migrate_says_that_the_next_run_drops_what_is_left() throws Exception {
        assertThat(interrupted("select count(*) from metrics_commit", "migrate"))
                .endsWith(
                        """
                        V2__drop_commit_pr_idx.sql failed: canceling statement due to user request
                        You interrupted it. An index that was about to go can be left invalid; the next run drops it.
                        Every earlier migration stays applied, and is not run again. To go on: dbopt migrate. To see what is applied: dbopt info.""");
        assertThat(CommandRun.on(database, "migrate").exitCode()).isZero();
    }

    @Test
    void undo_says_that_the_same_command_finishes_it() throws Exception {
        assertThat(CommandRun.on(database, "migrate").exitCode()).isZero();
        assertThat(interrupted("select count(*) from integrations_jiraintegration", "undo", "--target", "7"))
                .contains("Undone V8", "Undo of V7 failed in U7__drop_jira_int_cloud_id_idx.sql:")
                .endsWith("Once the cause is gone, the same command finishes it: dbopt undo --target 7");
        assertThat(CommandRun.on(database, "undo", "--target", "7").exitCode()).isZero();
    }

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

    @Test
    void health_says_that_nothing_was_changed_and_leaves_no_file() throws Exception {
        assertThat(interrupted(
                        "lock table metrics_commit",
                        "health",
                        "--history",
                        folder.resolve("history").toString(),
                        "--output",
                        folder.resolve("report").toString()))
                .endsWith("The report cannot be made: canceling statement due to user request\nNothing was changed.");
        assertThat(folder).isEmptyDirectory();
    }

    /** What the command says that waits for this statement's transaction, when it is interrupted. */
    private String interrupted(String inTheWay, String... command)
            throws SQLException, IOException, InterruptedException {
        try (Connection holder = database.connect()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute(inTheWay);
            Process process = start(command);
            Await.until(() -> !waiting().isEmpty() || !process.isAlive(), () -> "the command to wait");
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                process.toHandle().destroy();
                String said = output.lines().collect(Collectors.joining("\n"));
                assertThat(process.waitFor()).as(said).isEqualTo(INTERRUPTED);
                Await.until(() -> waiting().isEmpty(), () -> "the statement to end in the server");
                return said;
            }
        }
    }

    private List<String> waiting() {
        return database.query("select pid from pg_stat_activity where datname = current_database()"
                + " and application_name like 'dbopt%' and wait_event_type = 'Lock'");
    }

    private Process start(String... command) throws IOException {
        List<String> program = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        program.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(program).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "FLYWAY_URL",
                        database.url(),
                        "FLYWAY_USER",
                        TestDatabase.OWNER,
                        "FLYWAY_PASSWORD",
                        TestDatabase.PASSWORD));
        return builder.start();
    }
}
