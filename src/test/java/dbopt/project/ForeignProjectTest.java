package dbopt.project;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A user's own Flyway project: a configuration and scripts in folders of its choice, without files of dbopt. */
@Tag("anyversion")
@Timeout(60)
class ForeignProjectTest {
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
    void project() throws IOException {
        Files.createDirectories(folder.resolve("db"));
        Files.writeString(folder.resolve("db/flyway.conf"), "flyway.locations=filesystem:sql\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"health", "maintain --dry-run", "audit", "plans record plans.json"})
    void the_tool_s_own_SQL_comes_from_the_tool(String command) {
        CommandRun run = CommandRun.in(
                folder, database, command.replace("plans.json", folder + "/p").split(" "));
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(run.error()).doesNotContain("flyway", "sql", "WARN");
    }

    @Test
    void a_file_of_the_project_does_not_replace_the_tool_s_own_SQL() throws IOException {
        Files.createDirectories(folder.resolve("db/health"));
        Files.writeString(folder.resolve("db/health/wraparound.sql"), "no check");
        CommandRun.in(folder, database, "health").assertSucceeded();
    }

    @Test
    void indexes_built_by_the_project_s_undo_scripts_are_checked_wherever_the_scripts_are() throws IOException {
        Files.createDirectories(folder.resolve("sql/undo"));
        Files.writeString(folder.resolve("sql/V1__drop.sql"), "drop index if exists own;");
        Files.writeString(
                folder.resolve("sql/undo/U1__drop.sql"),
                "select pg_temp.assert_built('public.own', definition => 'CREATE INDEX own ON public.own_table USING btree (a)')");
        try (TestDatabase own = TestDatabase.empty()) {
            own.run(
                    "create table flyway_schema_history (installed_rank int, version text, description text, type text, script text,"
                            + " checksum int, installed_by text, installed_on timestamp, execution_time int, success boolean)",
                    "insert into flyway_schema_history (installed_rank, version, type, script, success)"
                            + " values (1, '1', 'SQL', 'V1__drop.sql', true), (2, '1', 'DELETE', 'U1__drop.sql', true)");
            assertThat(CommandRun.in(folder, own, "health").output())
                    .contains("U1__drop.sql restored it, and it is missing");
        }
    }
}
