package dbopt.security;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.DboptProgram;
import dbopt.ProjectCopy;
import dbopt.TestDatabase;
import dbopt.guard.DropBasis;
import dbopt.guard.GuardedDrop;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are much larger, or nested much deeper, than any of their kind: they are refused or read, and fill no memory. */
@Tag("anyversion")
@Timeout(120)
class HugeInputTest {
    private static final long HUGE = 200L * 1024 * 1024;
    private static final int DEEP = 100_000;

    private static TestDatabase database;

    @TempDir
    private Path folder;

    @BeforeAll
    static void create() {
        database = TestDatabase.audited();
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    @BeforeEach
    void copyProject() {
        ProjectCopy.of(Path.of(""), folder);
    }

    /** One line of zeros, which take no room on most disks. */
    private Path huge(String name) throws IOException {
        Path file = folder.resolve(name);
        try (RandomAccessFile zeros = new RandomAccessFile(file.toFile(), "rw")) {
            zeros.setLength(HUGE);
        }
        return file;
    }

    private CommandRun run(String... arguments) {
        return CommandRun.inRepository(folder, database, arguments);
    }

    /** The output of the command after the line that names the database. */
    private String refused(String... arguments) {
        CommandRun run = run(arguments);
        assertThat(run.exitCode()).as(run.error()).isEqualTo(2);
        assertThat(run.error()).doesNotContain("\tat ");
        return run.error().replaceFirst("^Database .*\n", "").replace(folder + File.separator, "");
    }

    @Test
    void every_command_refuses_a_given_file_that_is_too_large() throws IOException {
        String file = huge("huge").toString();
        assertThat(refused("audit", "--accepted", file))
                .isEqualTo(
                        """
                        The accepted findings cannot be read from huge: it is larger than 16 MB.
                        The database was not contacted. The file has one index definition per line, as the audit prints it.
                        """);
        assertThat(refused("plans", "compare", file))
                .isEqualTo(
                        """
                        No plans to compare with in huge: it is larger than 16 MB.
                        No query was run. Record them first: dbopt plans record huge
                        """);
        assertThat(refused("audit", "--password-file", file))
                .isEqualTo(
                        """
                        There is no password in huge: it is larger than 16 MB.
                        Nothing was changed. The first line of the file is the password, and nothing else.
                        """);
        assertThat(refused("health", "--history", file))
                .isEqualTo(
                        """
                        The history file huge cannot be used: none of its lines is an entry of a history, so it is a different kind of file.
                        Nothing was changed in the database, nor in the file.
                        """);
    }

    @Test
    void a_project_file_that_is_too_large_is_refused() throws IOException {
        Path settings = huge("db/migration/V2__drop_commit_pr_idx.sql.conf");
        assertThat(refused("migrate"))
                .isEqualTo(
                        """
                        The scripts cannot be used:
                          db/migration/V2__drop_commit_pr_idx.sql.conf: cannot be read: it is larger than 16 MB
                        Nothing was changed. Correct them, and run the same command again.
                        """);
        Files.delete(settings);
        huge("db/health/a.sql");
        assertThat(refused("health"))
                .isEqualTo(
                        """
                        db/health/a.sql is a part of dbopt and cannot be read: it is larger than 16 MB.
                        Nothing was changed. Correct the file, or build dbopt again.
                        """);
        huge("db/flyway.conf");
        assertThat(refused("info"))
                .isEqualTo(
                        """
                        Flyway's configuration cannot be used: db/flyway.conf: it is larger than 16 MB
                        Nothing was changed. Correct db/flyway.conf, or the FLYWAY_... variable in the environment that sets it.
                        """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "{\"format\":\"dbopt plans 1\",\"recording\":[["})
    void deeply_nested_json_is_refused_as_a_recording(String opening) throws IOException {
        Path file = Files.writeString(folder.resolve("deep"), opening.repeat(DEEP));
        assertThat(refused("plans", "compare", file.toString()))
                .startsWith("No plans to compare with in deep: it is truncated, damaged, or not a recording");
    }

    @Test
    void a_deeply_nested_or_long_line_is_skipped_like_any_broken_history_line() throws IOException {
        Path history = folder.resolve("history");
        run("health", "--history", history.toString());
        String entry = Files.readString(history);
        String deep = entry.replace("}\n", ",\"x\":" + "[".repeat(DEEP) + "]".repeat(DEEP) + "}\n");
        String longest = "x".repeat(5_000_000) + "\n";
        Files.writeString(history, deep + longest + entry + deep.repeat(5));
        CommandRun run = run("health", "--history", history.toString());
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(run.error().lines().skip(1))
                .startsWith("WARNING: line 1 of " + history + " is not an entry of a history and is skipped.")
                .endsWith("WARNING: 2 more of its lines are skipped too.")
                .hasSize(6);
        assertThat(Files.readString(history)).endsWith("}\n");
    }

    @Test
    void a_name_or_a_definition_of_any_length_is_read() throws IOException {
        String name = "\"" + "a\"\"".repeat(DEEP) + "\"";
        Path file = Files.writeString(
                folder.resolve("accepted"), "CREATE INDEX " + name + " ON public." + name + " USING btree (c)\n");
        CommandRun run = run("audit", "--accepted", file.toString());
        assertThat(run.exitCode()).as(run.error()).isZero();
        String definition = "x''".repeat(DEEP);
        assertThat(GuardedDrop.in(
                        "select pg_temp.assert_redundant('a', covered_by => 'b', definition => '" + definition + "')"))
                .contains(new GuardedDrop("a", new DropBasis.Covered("b"), definition.replace("''", "'")));
    }

    @Test
    void only_some_of_many_wrong_lines_are_shown() throws IOException {
        Path file = Files.writeString(folder.resolve("accepted"), ("x".repeat(1000) + "\n").repeat(1000));
        assertThat(refused("audit", "--accepted", file.toString()))
                .hasLineCount(103)
                .startsWith("These lines of accepted are not index definitions:\n  line 1: xxx")
                .contains("xxx ...\n  and 900 more\nThe database was not contacted. Write one per line, ");
    }

    @Test
    @Tag("long")
    void a_history_of_a_million_lines_is_read_with_little_memory() throws Exception {
        Path history = folder.resolve("history");
        run("health", "--history", history.toString());
        String entry = Files.readString(history);
        try (BufferedWriter lines = Files.newBufferedWriter(history)) {
            for (int line = 0; line < 1_000_000; line++) {
                lines.write(entry);
            }
        }
        Path page = folder.resolve("page");
        assertThat(inLittleMemory(
                        0, "health", "--history", history.toString(), "--format", "html", "--output", page.toString()))
                .hasLineCount(1);
        assertThat(page).content().contains("Redundant indexes that the audit named");
        assertThat(Files.size(page)).isLessThan(2_000_000);
    }

    @Tag("long")
    @Test
    @Tag("entrypoints")
    void a_migration_too_large_for_memory_is_reported_without_a_stack_trace() throws Exception {
        huge("db/migration/V9__huge.sql");
        for (String command : List.of("info", "migrate")) {
            assertThat(inLittleMemory(4, command))
                    .endsWith(
                            """
                            dbopt ran out of memory (the heap is full): a file or a script is too large, or nested too deeply.
                            A migration that was running can be half done; what was finished before it stays. Make it smaller, or give dbopt more memory: JDK_JAVA_OPTIONS='-Xmx2g -Xss8m'
                            """)
                    .doesNotContain("\tat ", "Migrating");
        }
    }

    private String inLittleMemory(int exitCode, String... command) throws IOException, InterruptedException {
        List<String> program = DboptProgram.of(List.of("-Xmx64m"), command);
        ProcessBuilder builder =
                new ProcessBuilder(program).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(database.address());
        Path said = folder.resolve("said");
        Process process = builder.redirectOutput(said.toFile()).start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        assertThat(ended).as(Files.readString(said)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(said)).isEqualTo(exitCode);
        return Files.readString(said);
    }
}
