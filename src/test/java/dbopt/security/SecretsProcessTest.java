package dbopt.security;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.DboptProgram;
import dbopt.FlywayCommandLine;
import dbopt.FlywayRun;
import dbopt.MavenFlyway;
import dbopt.ProjectCopy;
import dbopt.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other users of the machine can see of a running process, and what a verbose Flyway prints. */
@Tag("entrypoints")
@Timeout(180)
class SecretsProcessTest {
    /** A part of the password that every encoding leaves unchanged. */
    private static final String SECRET = "sesame";

    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"environment", "file", "prompt"})
    void neither_the_process_list_nor_any_written_file_contains_the_password(String way) throws Exception {
        database.run("create table held as select n from generate_series(1, 1000) n");
        try (Connection holder = database.connect()) {
            hold(holder);
            Process process = maintain(way);
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                StringBuilder printed = new StringBuilder();
                String line = output.readLine();
                while (line != null && !line.startsWith("Waiting for ")) {
                    printed.append(line).append('\n');
                    line = output.readLine();
                }
                assertThat(line).as(printed.toString()).isNotNull();
                assertThat(commandLines()).isNotEmpty().noneMatch(command -> command.contains(SECRET));
                holder.rollback();
                printed.append(output.lines().collect(Collectors.joining("\n")));
                assertThat(process.waitFor()).as(printed.toString()).isZero();
                assertThat(printed.toString()).contains("analyze public.held").doesNotContain(SECRET);
            }
        }
        assertThat(filesWith(SECRET)).isSubsetOf("password");
    }

    private static void hold(Connection holder) throws SQLException {
        holder.setAutoCommit(false);
        holder.createStatement().execute("lock table held in share row exclusive mode");
    }

    private Process maintain(String way) throws IOException {
        List<String> program = DboptProgram.of(
                List.of("-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp"))),
                "maintain",
                "--url",
                database.url(),
                "--user",
                TestDatabase.OWNER,
                "--lock-timeout",
                "60s");
        ProcessBuilder builder =
                new ProcessBuilder(program).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("FLYWAY_"));
        switch (way) {
            case "environment" -> builder.environment().put("FLYWAY_PASSWORD", TestDatabase.PASSWORD);
            case "file" -> {
                Files.writeString(folder.resolve("password"), TestDatabase.PASSWORD + "\n");
                program.addAll(List.of("--password-file", "password"));
            }
            default -> program.add("--password");
        }
        builder.command(program);
        Process process = builder.start();
        try (OutputStream input = process.getOutputStream()) {
            if (way.equals("prompt")) {
                input.write((TestDatabase.PASSWORD + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        return process;
    }

    /** The command lines of all visible processes: on Linux all of them, elsewhere those of this user. */
    private static List<String> commandLines() throws IOException {
        if (!Files.isDirectory(Path.of("/proc"))) {
            return ProcessHandle.allProcesses()
                    .map(process -> process.info().commandLine().orElse("it is not shown"))
                    .toList();
        }
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            List<String> commands = new ArrayList<>();
            for (Path process : processes
                    .filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .toList()) {
                try {
                    commands.add(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1));
                } catch (IOException e) {
                    commands.add("it has ended");
                }
            }
            return commands;
        }
    }

    private List<String> filesWith(String text) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                    found.add(folder.relativize(file).toString());
                }
            }
        }
        return found;
    }

    @Tag("long")
    @Test
    void the_plugin_in_verbose_flyway_command_line_prints_no_password() {
        Path project = Path.of("").toAbsolutePath();
        FlywayCommandLine flyway = FlywayCommandLine.with(Path.of("target/classes"));
        flyway.run(project, database, "migrate", "-target=2");
        withoutThePassword(flyway.run(project, database, "-X", "undo"), 0);
        withoutThePassword(flyway.run(project, database, "-X", "undo", "-user=nobody"), 1);
    }

    @Tag("long")
    @Test
    void the_plugin_in_verbose_maven_prints_no_password() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        Files.writeString(folder.resolve("pom.xml"), pom);
        ProjectCopy.of(Path.of(""), folder);
        withoutThePassword(MavenFlyway.run(folder, database, "-X", "flyway:info"), 0);
        withoutThePassword(MavenFlyway.run(folder, database, "-X", "flyway:migrate", "-Dflyway.user=nobody"), 1);
    }

    private static void withoutThePassword(FlywayRun run, int exitCode) {
        assertThat(run.exitCode()).as(run.output()).isEqualTo(exitCode);
        assertThat(run.output().contains(SECRET)).as(run.output()).isFalse();
    }
}
