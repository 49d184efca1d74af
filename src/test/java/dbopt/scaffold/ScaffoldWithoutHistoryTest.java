package dbopt.scaffold;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.ProjectCopy;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder of migrations without a schema history: nothing is written next to those of another database. */
@Tag("anyversion")
class ScaffoldWithoutHistoryTest {
    @TempDir
    private Path project;

    private List<String> before;

    @BeforeEach
    void copy() throws IOException {
        ProjectCopy.of(Path.of(""), project);
        before = files();
    }

    @ParameterizedTest
    @ValueSource(strings = {"db", "db/migration"})
    void refuses_the_audited_applications_folder_for_another_database(String folder) throws IOException {
        try (TestDatabase other = otherDatabase()) {
            CommandRun run = CommandRun.in(
                    project,
                    other,
                    "audit",
                    "--scaffold",
                    project.resolve(folder).toString());
            assertRefused(run, other);
        }
    }

    @Test
    void refuses_the_audited_applications_folder_if_the_history_has_only_a_baseline() throws IOException {
        try (TestDatabase other = otherDatabase()) {
            other.run(
                    "create table flyway_schema_history (installed_rank int primary key, version text, description text,"
                            + " type text, script text, checksum int, installed_by text, installed_on timestamp default now(),"
                            + " execution_time int, success boolean)",
                    "insert into flyway_schema_history values (1, '1', 'baseline', 'BASELINE', 'baseline', null, 'x', now(), 0, true)");
            assertRefused(
                    CommandRun.in(
                            project,
                            other,
                            "audit",
                            "--scaffold",
                            project.resolve("db").toString()),
                    other);
        }
    }

    @Test
    void writes_for_the_audited_database_before_its_first_deploy() throws IOException {
        try (TestDatabase audited = TestDatabase.audited()) {
            audited.run(
                    "create index another on teams_team (id, created_at)",
                    "create index once_more on teams_team (id, created_at)");
            CommandRun run = CommandRun.in(
                    project,
                    audited,
                    "audit",
                    "--scaffold",
                    project.resolve("db").toString(),
                    "--index",
                    "once_more");
            run.assertSucceeded();
            assertThat(run.error()).contains("This database has no schema history ", "Written:\n");
            assertThat(files()).hasSizeGreaterThan(before.size());
        }
    }

    @Test
    void says_that_the_history_is_unknown_if_the_server_does_not_answer() throws IOException {
        try (TestDatabase other = otherDatabase()) {
            other.runAsSuperuser("revoke usage on language plpgsql from public");
            CommandRun run = CommandRun.in(
                    project, other, "audit", "--scaffold", project.resolve("db").toString());
            assertThat(run.exitCode()).as(run.error()).isEqualTo(3);
            assertThat(run.error())
                    .contains("Nothing was written: whether the migrations in " + project.resolve("db/migration")
                            + " are this database's is unknown (permission denied for language plpgsql).");
            assertThat(files()).isEqualTo(before);
        }
    }

    @Test
    void does_not_run_a_foreign_callback() throws IOException {
        Path callback = project.resolve("db/callback/beforeBaseline.sql");
        Files.writeString(callback, "drop table t;");
        try (TestDatabase other = otherDatabase()) {
            CommandRun run = CommandRun.in(
                    project, other, "audit", "--scaffold", project.resolve("db").toString());
            run.assertSucceeded();
            assertThat(run.error()).contains("whether the migrations in ", " are its own cannot be checked.\n");
            assertThat(other.indexes()).hasSize(2);
        }
    }

    private static TestDatabase otherDatabase() {
        TestDatabase other = TestDatabase.empty();
        other.run("create table t (a int)", "create index t_x on t (a)", "create index t_y on t (a)");
        return other;
    }

    private void assertRefused(CommandRun run, TestDatabase other) throws IOException {
        assertThat(run.exitCode()).as(run.error()).isEqualTo(2);
        assertThat(run.error())
                .contains(
                        """
                         is neither empty nor the audited one: what these migrations work on is missing:
                          table public.integrations_githubintegration
                        """)
                .contains(
                        "Nothing was written: the migrations in " + project.resolve("db/migration")
                                + " are not this database's. Name the folder of its own, --scaffold DIR, or correct the address.");
        assertThat(files()).isEqualTo(before);
        assertThat(other.indexes()).anyMatch(definition -> definition.contains("t_y"));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(project)) {
            return files.map(Path::toString).sorted().toList();
        }
    }
}
