package dbopt.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.Await;
import dbopt.CommandRun;
import dbopt.DboptProgram;
import dbopt.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A command on many databases of which one does not answer, or which the user interrupts. */
@Timeout(120)
class FleetEndTest {
    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    /** A server that accepts connections and never answers. */
    @AutoClose
    private final ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    @TempDir
    private Path folder;

    FleetEndTest() throws IOException {}

    private Path file() throws IOException {
        return Files.write(
                folder.resolve("databases.txt"),
                List.of(
                        "silent jdbc:postgresql://localhost:" + silent.getLocalPort() + "/silent",
                        "held " + database.url(),
                        "last " + database.url()));
    }

    @Test
    @Tag("long")
    void a_database_that_does_not_answer_times_out_and_stops_no_other() throws IOException {
        CommandRun run = CommandRun.on(database, "audit", "--databases", file().toString(), "--parallel", "1");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.output())
                .contains(
                        "\nsilent    FAILED: Cannot connect to localhost:" + silent.getLocalPort()
                                + "/silent as application: Connection attempt timed out.\nheld      no redundant index\nlast      no redundant index\n");
    }

    @Test
    @Tag("entrypoints")
    @EnabledOnOs(OS.LINUX)
    void ctrl_c_cancels_running_statements_and_leaves_no_session() throws Exception {
        database.run("create table t (a int primary key)", "create index redundant on t (a)");
        Path report = folder.resolve("report.html");
        String said = interrupted(
                () -> waiting().size() == 2,
                "health",
                "--databases",
                file().toString(),
                "--output",
                report.toString(),
                "--parallel",
                "3");
        assertThat(said)
                .isEqualTo(
                        "You interrupted the command after 0 of 3 databases: there is no report.\nNothing was changed. The same command asks all of them again.");
        assertThat(report).doesNotExist();
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");

        Path observations = folder.resolve("observations");
        interrupted(
                () -> Files.exists(observations.resolve("silent.jsonl")),
                "observe",
                observations.toString(),
                "--databases",
                file().toString(),
                "--parallel",
                "1");
        assertThat(observations).isEmptyDirectory();
    }

    /** The output of a command interrupted while two databases have a locked table and one does not answer. */
    private String interrupted(BooleanSupplier ready, String... command)
            throws IOException, InterruptedException, SQLException {
        List<String> program = new ArrayList<>(List.of("env", "--default-signal=INT"));
        program.addAll(DboptProgram.of(List.of(), command));
        ProcessBuilder builder = new ProcessBuilder(program).redirectErrorStream(true);
        builder.environment().putAll(database.address());
        try (Connection holder = database.connect()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute("lock table t");
            Process process = builder.start();
            Await.until(() -> ready.getAsBoolean() || !process.isAlive(), () -> "the command to wait");
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                        .start()
                        .waitFor();
                String said = output.lines().collect(Collectors.joining("\n"));
                assertThat(process.waitFor()).as(said).isEqualTo(128 + 2);
                Await.until(() -> sessions().isEmpty(), () -> "the sessions to end in the server: " + sessions());
                return said;
            }
        }
    }

    private List<String> waiting() {
        return database.query("select pid from pg_stat_activity where datname = current_database()"
                + " and application_name like 'dbopt%' and wait_event_type = 'Lock'");
    }

    private List<String> sessions() {
        return database.query("select pid, application_name, query from pg_stat_activity"
                + " where datname = current_database() and application_name <> 'PostgreSQL JDBC Driver'");
    }
}
