package dbopt.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.DboptProgram;
import dbopt.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process of dbopt writes, in whatever locale, and what it says when that cannot be written. */
@Tag("entrypoints")
@Timeout(120)
@EnabledOnOs(value = OS.LINUX, disabledReason = "/dev/full and the locale C are Linux's")
class StandardOutputTest {
    private static final File FULL = new File("/dev/full");

    private static TestDatabase database;

    @TempDir
    private Path folder;

    @BeforeAll
    static void create() {
        database = TestDatabase.empty();
        database.run("create table straße (größe int)", "create index \"größe ✓\" on straße (größe)");
        database.run(
                "create index \"größe 2\" on straße (größe)", "insert into straße select generate_series(1, 1000)");
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    private ProcessBuilder dbopt(List<String> javaOptions, String command) {
        ProcessBuilder process = new ProcessBuilder(DboptProgram.of(javaOptions, command.split(" ")));
        process.environment().keySet().removeIf(name -> name.matches("(LC_|FLYWAY_|DATABASE_).*|LANG"));
        process.environment().put("LC_ALL", "C");
        process.environment().putAll(database.address());
        return process.redirectError(folder.resolve("error").toFile());
    }

    private String error() throws IOException {
        return Files.readString(folder.resolve("error"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"health --format html", "--help"})
    void lost_output_is_a_failure(String command) throws Exception {
        losesItsOutput(command);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"audit --format json", "maintain --dry-run"})
    void lost_output_of_the_other_commands_is_a_failure(String command) throws Exception {
        losesItsOutput(command);
    }

    private void losesItsOutput(String command) throws Exception {
        Process process = dbopt(List.of(), command).redirectOutput(FULL).start();
        assertThat(process.waitFor()).isEqualTo(4);
        assertThat(error())
                .endsWith(
                        """
                        The output could not be written: No space left on device.
                        The output is incomplete. What the command changed in the database stays.
                        """);
    }

    @Test
    void a_reader_that_closes_the_pipe_early_gets_no_message() throws Exception {
        Process process = dbopt(List.of(), "audit").start();
        process.getInputStream().close();
        assertThat(process.waitFor()).isEqualTo(141);
        assertThat(error()).startsWith("Database ").hasLineCount(1);
    }

    @Tag("long")
    @Test
    void a_device_is_written_to_and_not_replaced() throws Exception {
        Path device = Files.createSymbolicLink(folder.resolve("device"), FULL.toPath());
        Process process =
                dbopt(List.of(), "health --format html --output " + device).start();
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(error())
                .endsWith("\nThe report cannot be written to " + device
                        + ": No space left on device.\nNothing was changed in the database.\n");
        assertThat(device).isSymbolicLink();
    }

    @Tag("long")
    @Test
    void a_link_to_a_file_is_followed_and_not_replaced() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        Process process =
                dbopt(List.of(), "health --format json --output " + link).start();
        assertThat(process.waitFor()).as(error()).isZero();
        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(file)).startsWith("{");
    }

    @Test
    void output_is_UTF_8_whatever_the_locale() throws Exception {
        Process process = dbopt(List.of(), "audit --format json").start();
        String output = read(process);
        assertThat(process.waitFor()).as(error()).isZero();
        assertThat(output).contains("\"straße\"", "größe ✓");

        process = dbopt(List.of(), "health --format html --output " + folder.resolve("page"))
                .start();
        assertThat(process.waitFor()).as(error()).isZero();
        assertThat(Files.readString(folder.resolve("page"))).contains("straße");
    }

    @Test
    void an_argument_mangled_by_the_locale_is_refused() throws Exception {
        Process process = dbopt(List.of(), "audit --user bärbel").start();
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(error())
                .isEqualTo(
                        """
                        Non-ASCII characters were lost in the argument b\ufffd\ufffdrbel: the locale does not support them.
                        Nothing was done. Run the same command with the variable LC_ALL=C.UTF-8.
                        """);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"de", "ar"})
    void numbers_are_formatted_alike_in_every_locale(String language) throws Exception {
        database.run("create table " + language + " as select generate_series(1, 1000) as n");
        Process process =
                dbopt(List.of("-Duser.language=" + language), "maintain").start();
        String output = read(process) + error();
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(error()).containsPattern("public\\." + language + ": [0-9]+\\.[0-9] s");
    }

    private static String read(Process process) throws IOException {
        try (InputStream output = process.getInputStream()) {
            return new String(output.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
