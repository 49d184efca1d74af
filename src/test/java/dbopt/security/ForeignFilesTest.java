package dbopt.security;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.ProjectCopy;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Variants of files that editors, mounts and Flyway's settings produce and Flyway accepts. */
@Tag("anyversion")
@Timeout(120)
class ForeignFilesTest {
    private static final String MARK = "\ufeff";

    @TempDir
    private Path folder;

    private TestDatabase database;

    @BeforeEach
    void copyProject() {
        database = TestDatabase.empty();
        ProjectCopy.of(Path.of(""), folder);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private CommandRun run(String... arguments) {
        return CommandRun.inRepository(folder, database, arguments);
    }

    private void begin(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.writeString(path, text + Files.readString(path));
    }

    @Test
    void a_byte_order_mark_is_ignored_in_settings_checks_and_queries() throws IOException {
        begin("db/migration/V2__drop_commit_pr_idx.sql.conf", MARK);
        begin("db/flyway.conf", MARK);
        begin("db/health/sizes/tables.sql", MARK);
        begin("db/health/wraparound.sql", MARK);
        begin("db/queries/q01_commits_of_pr.sql", MARK);
        CommandRun migrated = run("migrate");
        assertThat(migrated.exitCode()).as(migrated.error()).isZero();
        CommandRun healthy = run("health");
        assertThat(healthy.exitCode()).as(healthy.error()).isZero();
        CommandRun recorded =
                run("plans", "record", folder.resolve("plans.json").toString());
        assertThat(recorded.exitCode()).as(recorded.error()).isZero();
    }

    @Test
    void each_script_of_a_volume_mounted_by_kubernetes_is_found_once() throws IOException {
        Path migrations = folder.resolve("db/migration");
        Path mounted = Files.createDirectories(migrations.resolve("..2026_11_01"));
        for (Path file : files(migrations)) {
            Files.move(file, mounted.resolve(file.getFileName()));
            Files.createSymbolicLink(file, Path.of("..data", file.getFileName().toString()));
        }
        Files.createSymbolicLink(migrations.resolve("..data"), Path.of("..2026_11_01"));
        Files.move(folder.resolve("db/undo"), folder.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve("db/undo"), folder.resolve("elsewhere"));
        Files.writeString(folder.resolve("elsewhere/U99_wrong.sql"), "select 1;");
        assertThat(run("info").error()).contains("db/undo/U99_wrong.sql: its name is not");
        Files.delete(folder.resolve("elsewhere/U99_wrong.sql"));
        CommandRun run = run("info");
        assertThat(run.exitCode()).as(run.error()).isZero();
    }

    @Test
    void scripts_are_named_as_flyway_is_configured() throws IOException {
        Path scripts = Files.createDirectories(folder.resolve("scripts"));
        Path configuration = folder.resolve("db/flyway.conf");
        Files.writeString(
                configuration,
                Files.readString(configuration)
                        + """

                        flyway.locations=filesystem:scripts,filesystem:db/callback
                        flyway.sqlMigrationPrefix=M
                        flyway.sqlMigrationSeparator=-
                        flyway.sqlMigrationSuffixes=.pgsql,.ddl
                        """);
        Files.writeString(scripts.resolve("M1-first.pgsql"), "select 1;");
        Files.writeString(scripts.resolve("M1_5-second.ddl"), "select 1;");
        Files.writeString(scripts.resolve("V1__no script.sql"), "select 1;");
        assertThat(run("info").output()).contains("first", "second");
        Files.writeString(scripts.resolve("M01.0-again.ddl"), "select 1;");
        Files.writeString(scripts.resolve("M2__lost.ddl"), "select 1;");
        assertThat(run("info").error().replace(folder + "/", ""))
                .contains(
                        "scripts/M2__lost.ddl: its name is not M<version>-<description>.pgsql, U<version>-<description>.pgsql or R-<description>.pgsql\n")
                .contains("duplicate version M01.0: scripts/M01.0-again.ddl, scripts/M1-first.pgsql\n");
    }

    @Test
    void a_script_may_have_its_own_encoding() throws IOException {
        Path own = folder.resolve("own");
        Path scripts = Files.createDirectories(own.resolve("db/migration"));
        Files.writeString(own.resolve("db/flyway.conf"), "flyway.locations=filesystem:db/migration\n");
        for (String script : List.of("V1__t.sql", "V2__comment.sql", "U2__comment.sql")) {
            Files.writeString(scripts.resolve(script + ".conf"), "encoding=ISO-8859-1\n");
        }
        Files.writeString(scripts.resolve("V1__t.sql"), "create table t ();\n", ISO_8859_1);
        Files.writeString(scripts.resolve("V2__comment.sql"), "comment on table t is 'é';\n", ISO_8859_1);
        Files.writeString(scripts.resolve("U2__comment.sql"), "comment on table t is 'à';\n", ISO_8859_1);
        CommandRun.in(own, database, "migrate").assertSucceeded();
        assertThat(database.query("select obj_description('t'::regclass)")).containsExactly("é");
        CommandRun.in(own, database, "undo").assertSucceeded();
        assertThat(database.query("select obj_description('t'::regclass)")).containsExactly("à");

        Files.writeString(scripts.resolve("V2__comment.sql.conf"), "encoding=none\n");
        assertThat(CommandRun.in(own, database, "migrate").error())
                .contains("V2__comment.sql.conf, line 1: there is no encoding none\n");
    }

    private static Iterable<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
