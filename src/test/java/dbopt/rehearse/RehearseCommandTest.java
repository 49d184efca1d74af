package dbopt.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("anyversion")
class RehearseCommandTest {
    /** A common value of the data, which the statistics therefore contain. */
    private static final String VALUE = "Zauberwort4711";

    @TempDir
    private static Path cache;

    private static TestDatabase database;

    @TempDir
    private Path folder;

    @BeforeAll
    static void prepare() {
        database = TestDatabase.audited("0.02");
        database.run(
                "update metrics_commit set message = '" + VALUE + "' where id % 2 = 0",
                "create table coded (code int) partition by range (code)",
                "create table coded_1 partition of coded for values from (1) to (9)",
                "create index coded_code on coded (code)",
                "create unique index code_alone on coded_1 (code)",
                "create table coding (code int references coded_1 (code))",
                "vacuum analyze");
        assertThat(database.query("select count(*) from pg_stats where most_common_vals::text like '%" + VALUE + "%'"))
                .containsExactly("1");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void the_twin_plans_the_watched_queries_as_the_database_does() throws IOException {
        CommandRun run = rehearse("--check");
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(run.output())
                .endsWith(
                        ": of 31 statements, 31 have the same plan in the twin, and 31 the same estimates of rows too.\n");
        assertNothingIsLeftOrTold(run);
    }

    @Test
    void each_statement_has_a_verdict_without_the_indexes_of_pending_migrations() throws IOException {
        CommandRun run = rehearse("--fail-on", "more-work");
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(run.output())
                .contains(
                        " without public.commit_pr_idx, public.pr_survey_pr_idx, public.metrics_aiusagedaily_member_id_0274ee1d, "
                                + "public.metrics_commit_author_id_67f38a6f, public.github_int_org_slug_idx, public.jira_int_cloud_id_idx.\n31 statements: ")
                .containsPattern("q29_commits_per_author_all_teams +more work, within its stated bound ")
                .containsPattern(
                        "q08_author_all +another index, equal work .* no longer public.metrics_commit_author_id_67f38a6f; "
                                + "now public.commit_author_date_idx\n")
                .containsPattern("public.pr_survey_pr_idx +3 +- +public.metrics_prsurvey_pull_request_id_key\n")
                .doesNotContain("same plan  ");
        assertThat(database.indexes()).as("nothing is dropped").anyMatch(index -> index.contains("commit_pr_idx"));
        assertNothingIsLeftOrTold(run);
    }

    @Test
    void a_statement_that_loses_both_indexes_of_a_column_turns_sequential_and_fails() throws IOException {
        CommandRun run = rehearse(
                "--without",
                "commit_pr_idx",
                "--without",
                "public.metrics_commit_pull_request_id_06f35677",
                "--fail-on",
                "sequential",
                "--format",
                "json");
        assertThat(run.exitCode()).as(run.error()).isEqualTo(1);
        JsonNode report = JsonMapper.shared().readTree(run.output());
        JsonNode worst = report.path("statements").get(0);
        assertThat(worst.path("verdict").asString()).isEqualTo("sequential");
        assertThat(worst.path("detail").asString()).endsWith("now all of public.metrics_commit");
        assertThat(worst.path("times").asDouble()).isGreaterThan(10);
        assertThat(report.path("indexes").get(1).path("statements").toString())
                .contains("q01_commits_of_pr", "q24_delete_pr_commits");
        assertNothingIsLeftOrTold(run);
    }

    @Test
    void leaves_out_all_proposed_indexes_and_the_audit_shows_which_statements_use_them() throws IOException {
        Path audit = folder.resolve("audit.json");
        Path rehearsal = folder.resolve("rehearsal.json");
        CommandRun audited = CommandRun.with(environment(database), "audit", "--format", "json");
        Files.writeString(audit, audited.output());
        CommandRun run = rehearse("--proposed", audit.toString(), "--format", "json");
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(JsonMapper.shared().readTree(run.output()).path("without").size())
                .isEqualTo(JsonMapper.shared()
                        .readTree(audited.output())
                        .path("redundantIndexes")
                        .size())
                .isGreaterThan(20);
        Files.writeString(rehearsal, run.output());
        CommandRun again = CommandRun.with(environment(database), "audit", "--rehearsal", rehearsal.toString());
        assertThat(again.output())
                .contains(
                        "- 3 of the 31 rehearsed statements use it (q09_survey_of_pr, q10_surveys_of_merged, q25_delete_pr_survey); "
                                + "without it they use public.metrics_prsurvey_pull_request_id_key\n")
                .contains("- none of the 31 rehearsed statements uses it\n");
    }

    @Test
    void a_file_that_is_not_an_audit_or_a_rehearsal_is_refused() throws IOException {
        Path other = Files.writeString(folder.resolve("other.json"), "{}");
        CommandRun run = rehearse("--proposed", other.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .isEqualTo(
                        """
                        The audit %1$s cannot be used: it is not the output of dbopt audit --format json.
                        Nothing was rehearsed. Create it: dbopt audit --format json > %1$s
                        """
                                .formatted(other));
        CommandRun audit = CommandRun.with(environment(database), "audit", "--rehearsal", other.toString());
        assertThat(audit.exitCode()).isEqualTo(2);
        assertThat(audit.error())
                .isEqualTo(
                        """
                        The rehearsal %1$s cannot be used: it is not the output of dbopt rehearse --format json.
                        Nothing was changed. Create it: dbopt rehearse --format json > %1$s
                        """
                                .formatted(other));
    }

    @Test
    void statements_on_an_unreadable_or_foreign_table_are_unknown() {
        try (TestDatabase audited = TestDatabase.audited()) {
            audited.runAsSuperuser(
                    "alter table public.metrics_prsurvey owner to postgres",
                    "alter table public.metrics_weeklymetrics rename to local",
                    "create foreign data wrapper nobody",
                    "create server elsewhere foreign data wrapper nobody",
                    "create foreign table public.metrics_weeklymetrics (id bigint, team_id bigint) server elsewhere");
            CommandRun run = CommandRun.with(environment(audited), "rehearse", "--format", "json");
            assertThat(run.exitCode()).as(run.error()).isZero();
            JsonNode report = JsonMapper.shared().readTree(run.output());
            List<String> foreignReasons = new ArrayList<>();
            for (JsonNode statement : report.path("statements")) {
                String text = statement.path("text").asString();
                boolean foreign = text.contains("metrics_weeklymetrics");
                assertThat(statement.path("verdict").asString().equals("unknown"))
                        .as(statement.toString())
                        .isEqualTo(foreign || text.contains("metrics_prsurvey"));
                if (foreign) {
                    foreignReasons.add(statement.path("detail").asString());
                }
            }
            assertThat(foreignReasons)
                    .containsExactly(
                            "relation \"public.metrics_weeklymetrics\" does not exist in the twin: it is a foreign table");
            assertThat(report.path("unknownObjects")
                            .path("public.metrics_prsurvey")
                            .asString())
                    .isEqualTo("this role may not read it, nor its statistics");
            assertThat(report.path("without").size()).isEqualTo(5);
            assertThat(report.path("notes").toString())
                    .contains(
                            "Not rehearsed, as the twin does not have it: public.pr_survey_pr_idx. It was already dropped, or its table is not in the twin (public.metrics_prsurvey, public.metrics_weeklymetrics).");
        }
    }

    @Test
    void missing_statistics_are_reported() {
        try (TestDatabase fresh = TestDatabase.empty()) {
            fresh.run("create table public.never (a int)", "create index never_a on public.never (a)");
            fresh.run("insert into public.never select generate_series(1, 5000)");
            CommandRun run = CommandRun.with(environment(fresh), "rehearse", "--without", "never_a");
            assertThat(run.exitCode()).as(run.error()).isZero();
            assertThat(run.output())
                    .contains(
                            "Note: These tables were never analysed, so their plans are guesses, here as on the database (ANALYZE makes them): public.never\n");
        }
    }

    @Tag("long")
    @Test
    void all_indexes_that_cannot_be_left_out_are_named_at_once() {
        CommandRun run = rehearse(
                "--without",
                "nowhere",
                "--without",
                "metrics_commit_pkey",
                "--without",
                "coded_1_code_idx",
                "--without",
                "code_alone");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .endsWith(
                        """
                        Not every index can be left out:
                          nowhere: there is no such index
                          metrics_commit_pkey: it belongs to the constraint metrics_commit_pkey, and is dropped only with it
                          public.coded_1_code_idx: cannot drop index coded_1_code_idx because index coded_code requires it
                          public.code_alone: constraint coding_code_fkey on table coding depends on index code_alone
                        Nothing was rehearsed, and nothing was changed.
                        """);
    }

    @Test
    void contradictory_options_are_refused_before_the_database_is_queried() {
        CommandRun run = rehearse("--check", "--statements");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .startsWith("--check compares the plans of db/queries as they are")
                .hasLineCount(1);
        assertThat(rehearse("--bound", "0.5").error())
                .isEqualTo("--bound must be at least 1. Nothing was rehearsed.\n");
    }

    @Test
    void the_absence_of_pg_stat_statements_is_reported() {
        CommandRun run = rehearse("--statements", "--without", "commit_pr_idx");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .contains("--statements reads pg_stat_statements, which is not installed in this database.");
    }

    @Tag("long")
    @Test
    void no_watched_query_can_be_planned_in_a_database_of_another_application() {
        try (TestDatabase foreign = TestDatabase.empty()) {
            foreign.run("create table t (a int)", "create index i on t (a)");
            CommandRun run = CommandRun.with(
                    environment(foreign), "rehearse", "--without", "i", "--fail-on", "changed", "--format", "html");
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.output())
                    .startsWith("<!DOCTYPE html>")
                    .contains(
                            "<strong>Nothing could be compared</strong> 31 statements: 31 unknown.</p>",
                            "<span class=\"badge bad\">unknown</span>",
                            "relation &quot;public.metrics_commit&quot; does not exist");
        }
    }

    /** The output contains no value of the data, and no file of the twin remains. */
    private static void assertNothingIsLeftOrTold(CommandRun run) throws IOException {
        assertThat(run.output() + run.error()).doesNotContain(VALUE);
        try (Stream<Path> files = Files.walk(cache)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(cache.relativize(file).toString()).startsWith("dbopt/binaries/");
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .doesNotContain(VALUE);
            }
        }
    }

    private static Map<String, String> environment(TestDatabase on) {
        Map<String, String> environment = new HashMap<>(on.address());
        environment.put("XDG_CACHE_HOME", cache.toString());
        environment.put("PATH", System.getenv("PATH"));
        return environment;
    }

    private static CommandRun rehearse(String... options) {
        return CommandRun.with(
                environment(database),
                Stream.concat(Stream.of("rehearse"), List.of(options).stream()).toArray(String[]::new));
    }
}
