package dbopt.plans;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("anyversion")
class PlansCommandTest {
    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    @TempDir
    private Path folder;

    @Test
    void a_query_that_turns_sequential_is_reported_and_fails_the_comparison() {
        database.run("vacuum analyze");
        CommandRun recorded = plans("record");
        recorded.assertSucceeded();
        assertThat(recorded.output())
                .isEqualTo("Recorded the plans of 31 queries in %s. Compare later: dbopt plans compare %<s\n"
                        .formatted(file()));
        database.run("drop index commit_pr_idx, metrics_commit_pull_request_id_06f35677");
        CommandRun compared = plans("compare", "--fail-on", "sequential");
        assertThat(compared.exitCode()).isEqualTo(1);
        assertThat(compared.output())
                .contains("turned sequential")
                .containsPattern("q24_delete_pr_commits .* now all of public.metrics_commit");
        plans("compare").assertSucceeded();
    }

    @Test
    void a_plan_says_how_many_rows_it_expects_to_find_or_to_change() {
        database.run("update metrics_commit set author_id = 3", "vacuum analyze");
        plans("record").assertSucceeded();
        double commits = Double.parseDouble(
                database.query("select count(*) from metrics_commit").get(0));
        Recording recording = RecordingFile.read(file());
        assertThat(recording.planOf("q08_author_all").orElseThrow().rows())
                .as("found, and summed up")
                .isEqualTo(commits);
        assertThat(recording.planOf("q31_count_commits").orElseThrow().rows())
                .as("counted")
                .isEqualTo(commits);
        assertThat(recording.planOf("q24_delete_pr_commits").orElseThrow().rows())
                .as("deleted")
                .isPositive()
                .isLessThan(commits);
    }

    @Test
    void another_index_with_equal_work_fails_only_with_fail_on_changed() {
        database.run("drop index metrics_commit_pull_request_id_06f35677", "vacuum analyze");
        plans("record", "--analyze");
        database.run(
                "create index metrics_commit_pull_request_id_06f35677 on metrics_commit (pull_request_id)",
                "drop index commit_pr_idx",
                "vacuum analyze");
        CommandRun compared = plans("compare", "--fail-on", "more-work");
        compared.assertSucceeded();
        assertThat(compared.output())
                .containsPattern("q01_commits_of_pr +another index, equal work .* no longer public.commit_pr_idx; "
                        + "now public.metrics_commit_pull_request_id_06f35677");
        assertThat(plans("compare", "--fail-on", "changed").exitCode()).isEqualTo(1);
        assertThat(plans("compare", "--format", "json").output())
                .contains("\"verdict\" : \"another-index\"", "\"random_page_cost\" : \"4\"");
        assertThat(plans("compare", "--format", "html").output())
                .startsWith("<!DOCTYPE html>")
                .contains("<strong>Not worse</strong>", "another index, equal work");
    }

    @Test
    void queries_that_write_are_run_only_on_request_and_rolled_back() {
        List<String> before = rows();
        plans("record", "--analyze");
        assertThat(RecordingFile.read(file())
                        .planOf("q22_delete_member_usage")
                        .orElseThrow()
                        .work())
                .isEmpty();
        plans("record", "--analyze", "--with-writes").assertSucceeded();
        QueryPlan checks =
                RecordingFile.read(file()).planOf("q26_fk_check_member").orElseThrow();
        assertThat(checks.work()).isPresent();
        assertThat(checks.indexes()).contains("public.metrics_teammember_pkey");
        assertThat(checks.indexes())
                .describedAs("the foreign-key checks' own")
                .containsAnyOf("public.metrics_aiusagedaily_member_id_0274ee1d", "public.ai_usage_member_date_idx");
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void writing_without_running_is_refused_as_a_contradiction() {
        CommandRun run = plans("record", "--with-writes");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .isEqualTo(
                        "--with-writes runs queries, and without --analyze none is run: add --analyze. Nothing was run.\n");
    }

    @Test
    void a_file_that_is_missing_broken_or_foreign_is_reported() throws IOException {
        assertUnusable("there is no such file");
        Files.writeString(file(), "{\"server\": \"17.11\"}");
        assertUnusable("it is truncated, damaged, or not a recording (line 1).");
        Files.writeString(file(), "{}");
        assertUnusable("it is not a recording.");
        Files.writeString(file(), "{\"format\": \"dbopt plans 1\", \"recording\": {\"server\": null}}");
        assertUnusable("it is truncated, damaged, or not a recording (line 1).");
        plans("record");
        String recorded = Files.readString(file());
        Files.writeString(file(), recorded.substring(0, recorded.length() / 2));
        assertUnusable("it is truncated, damaged, or not a recording (line ");
    }

    private void assertUnusable(String why) {
        CommandRun run = plans("compare");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .startsWith("No plans to compare with in " + file() + ": " + why)
                .endsWith("\nNo query was run. Record them first: dbopt plans record " + file() + "\n");
        assertThat(run.output()).isEmpty();
    }

    @Test
    void an_unwritable_file_is_reported_before_any_query_runs() {
        Path nowhere = folder.resolve("nowhere/plans.json");
        CommandRun run = CommandRun.on(database, "plans", "record", nowhere.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .isEqualTo(
                        """
                        The plans cannot be written to %s: there is no folder %s.
                        No query was run, and nothing was changed.
                        """
                                .formatted(nowhere, nowhere.getParent()));
    }

    @Test
    void a_database_of_another_application_is_reported() {
        try (TestDatabase foreign = TestDatabase.empty()) {
            CommandRun run = CommandRun.on(foreign, "plans", "record", file().toString());
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.error())
                    .endsWith(
                            """
                            The query q01_commits_of_pr cannot be planned: relation "public.metrics_commit" does not exist
                            Nothing was changed, and no file was written. \
                            Is this the database of the application whose queries are in db/queries?
                            """);
            assertThat(file()).doesNotExist();
        }
    }

    private List<String> rows() {
        return database.query(
                """
                select (select count(*) from metrics_teammember), (select count(*) from metrics_pullrequest),
                    (select count(*) from metrics_aiusagedaily), (select count(author_id) from metrics_commit),
                    (select count(pull_request_id) from metrics_commit), (select count(*) from metrics_prsurvey)
                """);
    }

    private Path file() {
        return folder.resolve("plans.json");
    }

    private CommandRun plans(String command, String... options) {
        String[] arguments = new String[3 + options.length];
        arguments[0] = "plans";
        arguments[1] = command;
        arguments[2] = file().toString();
        System.arraycopy(options, 0, arguments, 3, options.length);
        return CommandRun.on(database, arguments);
    }
}
