package dbopt.security;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.ProjectCopy;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Broken files: all are reported at once with their position; no database is changed, no file half written. */
@Tag("anyversion")
class BrokenInputTest {
    private static final byte[] BINARY = {0, 1, (byte) 0xff, (byte) 0xfe, '\n', 0};
    private static final String DEFINITION = "CREATE INDEX a ON public.b USING btree (c)";

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

    private Path write(String file, String text) throws IOException {
        return Files.writeString(folder.resolve(file), text);
    }

    private CommandRun run(String... arguments) {
        return CommandRun.inRepository(folder, database, arguments);
    }

    /** The output of the command after the line that names the database. */
    private String refused(String... arguments) {
        CommandRun run = run(arguments);
        assertThat(run.exitCode()).as(run.error()).isEqualTo(2);
        assertThat(run.error()).doesNotContain("\tat ");
        return run.error().replaceFirst("^Database .*\n", "").replace(folder + "/", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"info", "migrate", "undo", "undo --dry-run"})
    void all_unusable_scripts_are_reported_at_once_and_nothing_is_changed(String command) throws IOException {
        write("db/migration/V9_x.sql", "select 1;");
        write("db/migration/Vx__y.sql", "select 1;");
        write("db/migration/V08.0__again with spaces, späß.sql", "select 1;");
        write("db/undo/U10_.sql", "select 1;");
        write("db/undo/U8__again.sql", "select 1;");
        Files.write(folder.resolve("db/migration/V12__binary.sql"), BINARY);
        write("db/migration/V13__x.sql", "select 1;");
        write("db/migration/V13__x.sql.conf", "# why\nexecuteInTransaction=maybe\nfoo=bar\n");
        write("db/migration/V14__lost.sql.conf", "executeInTransaction=false\n");
        assertThat(refused(command.split(" ")))
                .isEqualTo(
                        """
                        The scripts cannot be used:
                          db/migration/V9_x.sql: its name is not V<version>__<description>.sql, U<version>__<description>.sql or R__<description>.sql
                          db/migration/Vx__y.sql: its name is not V<version>__<description>.sql, U<version>__<description>.sql or R__<description>.sql
                          db/undo/U10_.sql: its name is not V<version>__<description>.sql, U<version>__<description>.sql or R__<description>.sql
                          db/migration/V12__binary.sql: is not text in UTF-8 (flyway.encoding)
                          duplicate version U8: db/undo/U8__again.sql, db/undo/U8__tune_autovacuum.sql
                          duplicate version V08.0: db/migration/V08.0__again with spaces, späß.sql, db/migration/V8__tune_autovacuum.sql
                          db/migration/V13__x.sql.conf, line 2: executeInTransaction is true or false, not maybe
                          db/migration/V13__x.sql.conf, line 3: foo=bar is not a setting of a script: encoding, executeInTransaction, placeholderReplacement, shouldExecute
                          db/migration/V14__lost.sql.conf: its script does not exist: V14__lost.sql
                        Nothing was changed. Correct them, and run the same command again.
                        """);
        assertThat(database.query("select to_regclass('public.flyway_schema_history')"))
                .containsExactly("null");
    }

    @Test
    void a_missing_folder_of_scripts_fails_the_deploy() throws IOException {
        configure("flyway.locations=filesystem:db/migrations");
        assertThat(refused("migrate"))
                .isEqualTo(
                        """
                        The scripts cannot be used:
                          db/migrations: there is no such folder (flyway.locations names it)
                        Nothing was changed. Correct them, and run the same command again.
                        """);
    }

    private void configure(String line) throws IOException {
        Path file = folder.resolve("db/flyway.conf");
        Files.writeString(file, Files.readString(file) + "\n" + line + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    flyway.nonsense=1      | Unknown configuration property: flyway.nonsense. Please check your conf files or commandline parameters
                    flyway.outOfOrder=soon | Invalid value for flyway.outOfOrder (should be either true or false): soon
                    flyway.target=abc      | Version may only contain 0..9 and . (dot). Invalid version: abc
                    flyway.locations=ftp:x | Unknown prefix for location (should be one of classpath:, filesystem:): ftp:x
                    flyway.encoding=x-none | there is no encoding x-none
                    """)
    void an_invalid_configuration_is_reported(String line, String why) throws IOException {
        configure(line);
        for (String command : List.of("info", "migrate", "undo")) {
            assertThat(refused(command))
                    .isEqualTo(
                            """
                            Flyway's configuration cannot be used: %s
                            Nothing was changed. Correct db/flyway.conf, or the FLYWAY_... variable in the environment that sets it.
                            """
                                    .formatted(why));
        }
    }

    @Test
    void a_configuration_that_is_not_text_is_reported() throws IOException {
        Files.write(folder.resolve("db/flyway.conf"), BINARY);
        assertThat(refused("audit"))
                .startsWith("Flyway's configuration cannot be used: db/flyway.conf: it is not UTF-8 text\n");
    }

    @Test
    void a_placeholder_without_a_value_is_reported_with_its_file() throws IOException {
        write("db/migration/V9__x.sql", "select '${nobody}';");
        try (TestDatabase fresh = TestDatabase.audited()) {
            CommandRun run = CommandRun.in(folder, fresh, "migrate");
            assertThat(run.exitCode()).isEqualTo(4);
            assertThat(run.error())
                    .contains("db/migration/V9__x.sql at line 1 col 1", "No value provided for placeholder: ${nobody}.")
                    .contains("To go on: dbopt migrate.");
        }
    }

    @Test
    void without_a_default_schema_the_schema_of_the_connection_is_used() throws IOException {
        Path file = folder.resolve("db/flyway.conf");
        Files.writeString(file, Files.readString(file).replace("flyway.defaultSchema=public", ""));
        try (TestDatabase fresh = TestDatabase.audited()) {
            CommandRun run = CommandRun.in(folder, fresh, "migrate");
            assertThat(run.exitCode()).as(run.error()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"binary,it is not UTF-8 text", "none,there is no such file or folder", "db,it is a directory"})
    void every_command_reports_an_unreadable_file_in_the_same_way(String name, String why) throws IOException {
        Files.write(folder.resolve("binary"), BINARY);
        String file = folder.resolve(name).toString();
        assertThat(refused("audit", "--accepted", file))
                .isEqualTo(
                        """
                        The accepted findings cannot be read from %s: %s.
                        The database was not contacted. The file has one index definition per line, as the audit prints it.
                        """
                                .formatted(name, why));
        assertThat(refused("plans", "compare", file))
                .isEqualTo(
                        """
                        No plans to compare with in %s: %s.
                        No query was run. Record them first: dbopt plans record %1$s
                        """
                                .formatted(name, why));
        assertThat(refused("audit", "--password-file", file))
                .isEqualTo(
                        """
                        There is no password in %s: %s.
                        Nothing was changed. The first line of the file is the password, and nothing else.
                        """
                                .formatted(name, why));
    }

    @Test
    void accepted_findings_are_read_from_a_file_of_any_editor() throws IOException {
        Path file = write("accepted", "\ufeff" + DEFINITION + "\r\n\r\n# known\r\n");
        CommandRun run = run("audit", "--accepted", file.toString());
        run.assertSucceeded();
        assertThat(run.error()).endsWith("Accepted, but no longer found: a on public.b\n");
    }

    @Test
    void an_unusable_recording_is_reported_with_the_line_number() throws IOException {
        Path plans = folder.resolve("plans.json");
        run("plans", "record", plans.toString()).assertSucceeded();
        String recorded = Files.readString(plans);
        write("cut", recorded.substring(0, recorded.indexOf("\"plans\"") + 20));
        write("other", recorded.replace("dbopt plans 1", "dbopt plans 2"));
        write("null", "null");
        write("empty", "");
        write("windows", "\ufeff" + recorded.replace("\n", "\r\n"));
        write("renamed", recorded.replace("q01_commits_of_pr", "q99_another"));
        assertThat(refused("plans", "compare", folder.resolve("cut").toString()))
                .startsWith("No plans to compare with in cut: it is truncated, damaged, or not a recording (line ");
        assertThat(refused("plans", "compare", folder.resolve("other").toString()))
                .startsWith(
                        "No plans to compare with in other: its format is \"dbopt plans 2\", and this dbopt reads \"dbopt plans 1\".\n");
        assertThat(refused("plans", "compare", folder.resolve("null").toString()))
                .contains("in null: it is not a recording.\n");
        assertThat(refused("plans", "compare", folder.resolve("empty").toString()))
                .contains("in empty: it is truncated");
        assertThat(run("plans", "compare", folder.resolve("windows").toString()).output())
                .startsWith("31 queries: 31 same plan");
        CommandRun renamed = run("plans", "compare", folder.resolve("renamed").toString());
        renamed.assertSucceeded();
        assertThat(renamed.output()).contains("q99_another").contains("not compared");
    }

    @Test
    void no_half_written_file_is_left() throws IOException {
        Path taken = Files.createDirectory(folder.resolve("taken"));
        List<Path> before = files();
        assertThat(refused("health", "--format", "html", "--output", taken.toString()))
                .endsWith("taken: it is a directory.\nNothing was changed in the database.\n");
        assertThat(refused("plans", "record", taken.toString()))
                .isEqualTo(
                        "The plans cannot be written to taken: it is a directory.\nNo query was run, and nothing was changed.\n");
        assertThat(refused("health", "--history", folder.resolve("none/history").toString()))
                .contains("none/history cannot be written: there is no such file or folder.\n");
        write("db/queries/zz.sql", "-- Asks.\n-- Serves: x\n-- Typical: x\n-- Writes: no\nselect * from nowhere;\n");
        assertThat(run("plans", "record", folder.resolve("plans.json").toString())
                        .exitCode())
                .isEqualTo(3);
        Files.delete(folder.resolve("db/queries/zz.sql"));
        assertThat(files()).isEqualTo(before);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void a_history_truncated_by_a_crash_loses_only_that_line() throws IOException {
        Path history = folder.resolve("history.jsonl");
        run("health", "--history", history.toString());
        byte[] entry = Files.readAllBytes(history);
        byte[] spoiled = new byte[2 * entry.length];
        System.arraycopy(entry, 0, spoiled, 0, entry.length);
        System.arraycopy(entry, 0, spoiled, entry.length, 30);
        spoiled[entry.length + 30] = (byte) 0xc3; // half a character, then the zeros of a block that was never written
        Files.write(history, spoiled);
        CommandRun run = run("health", "--history", history.toString());
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(run.error())
                .endsWith("WARNING: line 2 of " + history + " is not an entry of a history and is skipped.\n");
        assertThat(new String(Files.readAllBytes(history), StandardCharsets.UTF_8).lines())
                .hasSize(3);
    }

    @Test
    void a_file_that_is_not_a_history_is_not_overwritten() throws IOException {
        Path notes = write("notes", "remember the milk\nnull\n");
        assertThat(refused("health", "--history", notes.toString()))
                .isEqualTo(
                        """
                        The history file notes cannot be used: none of its lines is an entry of a history, so it is a different kind of file.
                        Nothing was changed in the database, nor in the file.
                        """);
        assertThat(notes).hasContent("remember the milk\nnull\n");
    }

    @Test
    void all_invalid_checks_and_queries_are_reported_at_once() throws IOException {
        write("db/health/a.sql", "select 1;");
        write("db/health/b.sql", "-- title: x\n-- do: y\n\nselect 1;");
        assertThat(refused("health"))
                .isEqualTo(
                        """
                        These files in db/health are not checks:
                          a.sql: its header lacks "-- title: ...", "-- severity: ...", "-- why: ...", "-- do: ..."
                          b.sql: its header lacks "-- severity: ...", "-- why: ..."
                        The database was not contacted. Correct them; the other files there show the form.
                        """);
        Files.write(folder.resolve("db/queries/b.sql"), BINARY);
        assertThat(refused("plans", "record", folder.resolve("p").toString()))
                .isEqualTo(
                        """
                        db/queries/b.sql is a part of dbopt and cannot be read: it is not UTF-8 text.
                        Nothing was changed. Correct the file, or build dbopt again.
                        """);
    }

    @Test
    void a_check_that_returns_nonsense_is_unknown_and_the_others_still_run() throws IOException {
        write(
                "db/health/a.sql",
                "-- title: A check\n-- severity: x\n-- why: x\n-- do: x\n\nselect 'grave' as severity, 'o' as object, 1 as value, '' as unit, '' as detail, null as fix;");
        CommandRun run = run("health");
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(run.output()).contains("UNKNOWN  A check").contains("Dead rows");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "NaN", "Infinity"})
    void an_invalid_scale_is_refused(String scale) {
        assertThat(CommandRun.with(Map.of(), "info", "--embedded", "--scale", scale)
                        .error())
                .startsWith("--scale must be a number above 0, not ");
    }
}
