package dbopt.entrypoints;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.FlywayCommandLine;
import dbopt.FlywayRun;
import dbopt.ProjectCopy;
import dbopt.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same sequence of commands through every way to run Flyway on the project. */
@Tag("entrypoints")
class EntryPointTest {
    /** A copy of the project, to which a test may add migrations. */
    @TempDir
    private Path project;

    @BeforeEach
    void copyProject() throws IOException {
        Files.copy(Path.of("pom.xml"), project.resolve("pom.xml"));
        ProjectCopy.of(Path.of(""), project);
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @EnumSource
    void an_empty_database_gets_every_migration(EntryPoint flyway) {
        try (TestDatabase database = TestDatabase.empty()) {
            FlywayRun run = flyway.run(project, database, "migrate", "info", "validate");
            assertThat(run.exitCode()).as(run.output()).isZero();
            assertThat(database.history())
                    .hasSize(9)
                    .startsWith("1 | SQL | V1__audited_schema.sql | t")
                    .contains("8 | SQL | V8__tune_autovacuum.sql | t", "null | SQL | R__monitoring_views.sql | t");
            assertThat(database.indexes()).hasSize(97);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void the_audited_database_starts_at_version_1_and_takes_later_migrations(EntryPoint flyway) {
        try (TestDatabase database = TestDatabase.audited()) {
            assertThat(database.indexes()).hasSize(103);
            FlywayRun twice = flyway.run(project, database, "migrate", "migrate", "validate");
            assertThat(twice.exitCode()).as(twice.output()).isZero();
            assertThat(database.history())
                    .hasSize(9)
                    .startsWith("1 | BASELINE | audited schema | t", "2 | SQL | V2__drop_commit_pr_idx.sql | t");
            assertThat(database.indexes()).hasSize(97);

            write("db/migration/V9__count_invoices.sql", "create table invoice_count (invoices bigint not null);");
            FlywayRun later = flyway.run(project, database, "migrate", "info");
            assertThat(later.exitCode()).as(later.output()).isZero();
            assertThat(database.history()).hasSize(10).endsWith("9 | SQL | V9__count_invoices.sql | t");
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"COMMAND_LINE", "DBOPT"})
    void a_foreign_database_is_refused_and_not_touched(EntryPoint flyway) {
        refusesAForeignDatabase(flyway);
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"COMMAND_LINE", "DBOPT"})
    void a_foreign_database_is_refused_by_every_other_entry_point(EntryPoint flyway) {
        refusesAForeignDatabase(flyway);
    }

    private void refusesAForeignDatabase(EntryPoint flyway) {
        try (TestDatabase database = TestDatabase.empty()) {
            database.run("create table invoice (id bigint)");
            FlywayRun run = flyway.run(project, database, "migrate");
            assertThat(run.exitCode()).isNotZero();
            assertThat(run.output())
                    .containsSubsequence(
                            "Database %s is neither empty nor the audited one: what these migrations work on is missing"
                                    .formatted(database.name()),
                            "table public.integrations_githubintegration\n",
                            "table public.integrations_integrationcredential\n",
                            "table public.integrations_jiraintegration\n",
                            "table public.metrics_aiusagedaily\n",
                            "table public.metrics_commit\n",
                            "table public.metrics_prfile\n",
                            "table public.metrics_prreview\n",
                            "table public.metrics_prsurvey\n",
                            "table public.metrics_prsurveyreview\n",
                            "table public.metrics_pullrequest\n",
                            "table public.metrics_teammember\n",
                            "table public.metrics_weeklymetrics\n",
                            "table public.teams_team\n",
                            "table public.users_customuser\n",
                            "index public.ai_usage_member_date_idx\n",
                            "index public.commit_author_date_idx\n",
                            "index public.integrations_githubintegration_organization_slug_8d9c65c7\n",
                            "index public.integrations_jiraintegration_cloud_id_06210669\n",
                            "index public.metrics_commit_pull_request_id_06f35677\n",
                            "index public.metrics_prsurvey_pull_request_id_key\n",
                            "Nothing was written. Check the address; for a database of another application, let dbopt audit find its redundant indexes.");
            assertThat(
                            database.query(
                                    """
                            select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
                            where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                            """))
                    .containsExactly("invoice");
            assertThat(database.query("select 1 from pg_namespace where nspname = 'dbopt'"))
                    .isEmpty();
        }
    }

    @Tag("long") // MigrationRunTest covers the same with the library
    @ParameterizedTest(name = "{0}")
    @EnumSource
    void a_failed_migration_is_repaired_and_run_again(EntryPoint flyway) {
        try (TestDatabase database = TestDatabase.audited()) {
            write("db/migration/V9__find_invoices.sql", "create index concurrently invoice_idx on invoice (id);");
            FlywayRun failed = flyway.run(project, database, "migrate");
            assertThat(failed.exitCode()).as(failed.output()).isNotZero();
            assertThat(failed.output()).contains("relation \"invoice\" does not exist");
            assertThat(database.history()).endsWith("9 | SQL | V9__find_invoices.sql | f");

            FlywayRun refused = flyway.run(project, database, "migrate");
            assertThat(refused.exitCode()).isNotZero();
            assertThat(refused.output())
                    .contains(
                            """
                            Detected failed migration to version 9 (find invoices).
                            Please remove any half-completed changes then run repair to fix the schema history.""");

            database.run("create table invoice (id bigint)");
            FlywayRun repaired = flyway.run(project, database, "repair", "migrate");
            assertThat(repaired.exitCode()).as(repaired.output()).isZero();
            assertThat(database.history())
                    .contains("9 | SQL | V9__find_invoices.sql | t")
                    .noneMatch(row -> row.endsWith("| f"));
        }
    }

    private void write(String file, String text) {
        try {
            Files.writeString(project.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Tag("long")
    @Test
    void an_environment_variable_sets_a_placeholder() {
        try (TestDatabase empty = TestDatabase.empty()) {
            FlywayRun run = FlywayCommandLine.stock()
                    .run(project, empty, Map.of("FLYWAY_PLACEHOLDERS_EMPTYDATABASE", "refuse"), "migrate");
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.output())
                    .contains("Database %s has no table in schema public, and the placeholder emptyDatabase says refuse"
                            .formatted(empty.name()));
            assertThat(empty.history()).isEmpty();
        }
    }
}
