package dbopt.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.AuditedProject;
import dbopt.CommandRun;
import dbopt.OwnServer;
import dbopt.ProjectCopy;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drops, the sample workload before and after each, and undo, on a server with pg_stat_statements. */
@Tag("faults")
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class WatchCommandTest {
    private static final int ENOUGH = 25;
    private static final int ROOM = 1000;

    private static final List<String> SIX = List.of(
            "commit_pr_idx",
            "pr_survey_pr_idx",
            "metrics_aiusagedaily_member_id_0274ee1d",
            "metrics_commit_author_id_67f38a6f",
            "github_int_org_slug_idx",
            "jira_int_cloud_id_idx");

    @TempDir
    private static Path server;

    private static OwnServer own;

    @TempDir
    private Path folder;

    private TestDatabase database;
    private Path file;

    @BeforeAll
    static void start() {
        own = OwnServer.start(server.resolve("data"), Map.of("shared_preload_libraries", "pg_stat_statements"));
    }

    @AfterAll
    static void stop() {
        own.close();
    }

    @BeforeEach
    void make() throws IOException {
        database = own.audited("0.02");
        database.runAsSuperuser(
                "create extension pg_stat_statements",
                "drop index metrics_prreview_pull_request_id_7c5d2b39", // the other index that serves the same queries
                "vacuum analyze");
        ProjectCopy.of(AuditedProject.folder(), folder);
        Files.writeString(
                folder.resolve("db/migration/V9__drop_reviews_of_pull_request.sql"),
                "-- A mistake.\ndrop index concurrently public.review_pr_submitted_idx;\n");
        Files.writeString(
                folder.resolve("db/migration/V9__drop_reviews_of_pull_request.sql.conf"),
                "executeInTransaction=false\n");
        Files.writeString(
                folder.resolve("db/undo/U9__drop_reviews_of_pull_request.sql"), withMissingGuardCheck(undoScript()));
        Files.writeString(
                folder.resolve("db/undo/U9__drop_reviews_of_pull_request.sql.conf"), "executeInTransaction=false\n");
        file = folder.resolve("observations.jsonl");
    }

    /** An undo script as the scaffold writes one, made from that of V2. */
    private static String undoScript() throws IOException {
        return Files.readString(AuditedProject.folder().resolve("db/undo/U2__drop_commit_pr_idx.sql"))
                .replace("commit_pr_idx", "review_pr_submitted_idx")
                .replace("metrics_commit", "metrics_prreview")
                .replace("(pull_request_id)", "(pull_request_id, submitted_at)");
    }

    /** The script with the check for a missing guard, which the scaffold writes for other projects. */
    private static String withMissingGuardCheck(String script) throws IOException {
        String template = Files.readString(AuditedProject.folder().resolve("db/scaffold/undo.sql"));
        return template.substring(template.indexOf("do $$"), template.indexOf("{{restore}}")) + script;
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private void run(String... command) {
        CommandRun.in(folder, database, command).assertSucceeded();
    }

    private void observe() {
        run("observe", file.toString());
    }

    private void observedWork() {
        Application.work(database, ENOUGH);
        observe();
    }

    private CommandRun watch(String... options) {
        String[] command = new String[options.length + 2];
        command[0] = "watch";
        command[1] = Application.hourly(file).toString();
        System.arraycopy(options, 0, command, 2, options.length);
        return CommandRun.in(folder, database, command);
    }

    @Test
    void a_drop_that_makes_the_application_read_more_is_worse_and_is_undone() throws IOException {
        List<String> before = database.indexes();
        observe();
        observedWork();
        run("migrate");
        observe();
        observedWork();

        CommandRun watched = watch("--fail-on", "worse");
        assertThat(watched.exitCode()).as(watched.output()).isEqualTo(1);
        assertThat(watched.output())
                .contains("\n1 worse, 3 the same, 3 better.\n")
                .contains("V9 dropped public.review_pr_submitted_idx on public.metrics_prreview: worse\n")
                .contains(
                        "2 of 2 statements read more than 1.25 times the blocks a call, and more than at any time before.")
                .contains("Undo it: dbopt undo --target 9 (it builds ")
                .containsPattern(
                        "Undo it: dbopt undo --target 7 \\(it builds .*; 2 newer migrations, V8 to V9, are undone first\\)")
                .contains("do not wait");
        assertThat(watch("--format", "html").output())
                .contains(
                        "<strong>The application reads more</strong> 1 worse, 3 the same, 3 better.</p>",
                        "<pre class=\"copied\">dbopt undo --target 9</pre>",
                        "<span class=\"badge bad\">worse</span></td><td class=\"number\"");
        assertDaysSayWhatIsWatched();
        assertThat(health())
                .containsPattern(
                        "WARNING  Drops under watch\n  warning  -  public.review_pr_submitted_idx on public.metrics_prreview +worse: 2 of 2 statements read more than 1.25 times the blocks a call")
                .contains("See dev/guides/checks/watched_drops.md");

        CommandRun back = watch("--undo");
        back.assertSucceeded();
        assertThat(database.indexes()).isEqualTo(harmless(before));
        observe();
        observedWork();
        CommandRun after = watch("--fail-on", "worse");
        after.assertSucceeded();
        assertThat(after.output())
                .contains("V9 dropped public.review_pr_submitted_idx on public.metrics_prreview: taken back\n");
        assertThat(health())
                .containsPattern(
                        "INFO  Drops under watch\n(  info .*\n)*  info +-  public.review_pr_submitted_idx on public.metrics_prreview +taken back: ");
    }

    private void assertDaysSayWhatIsWatched() {
        String late = Application.lastLater(file, Duration.ofDays(10)).toString();
        CommandRun recent = CommandRun.in(folder, database, "watch", late, "--days", "9", "--fail-on", "worse");
        recent.assertSucceeded();
        assertThat(recent.output())
                .endsWith(
                        "\nIndexes that were dropped while it was observed: 7, none of them in the 9 days before the last observation (--days). There is nothing to compare.\n");
        CommandRun all = CommandRun.in(folder, database, "watch", late, "--days", "11", "--fail-on", "worse");
        assertThat(all.exitCode()).as(all.output() + all.error()).isEqualTo(1);
        CommandRun since = CommandRun.in(folder, database, "watch", late, "--days", "9", "--since", "9");
        assertThat(since.output())
                .as("a drop that is still worse is listed however long ago it was")
                .contains("\n1 worse.\n");
        assertThat(CommandRun.in(folder, database, "watch", late, "--since", "10")
                        .output())
                .contains("while it was observed: 7, none of them by V10 or later. There is nothing to compare.\n");
        CommandRun none = CommandRun.in(folder, database, "watch", late, "--days", "0");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.error())
                .isEqualTo("--days must be a whole number of days, at least 1, not 0.\nNothing was changed.\n");
    }

    private String health() {
        CommandRun run = CommandRun.in(
                folder,
                database,
                "health",
                "--evidence",
                Application.hourly(file).toString());
        run.assertSucceeded();
        return run.output();
    }

    /** Counters are lost in the hour after the drop: that hour proves nothing, the next one does. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "the statements are reset",
                "all counters are reset",
                "a clean restart",
                "an immediate stop",
                "pg_stat_statements is gone",
                "pg_stat_statements is full"
            })
    void an_hour_disturbed_after_the_drop_never_gets_a_good_verdict(String trouble) throws IOException {
        observe();
        observedWork();
        run("migrate");
        observe();
        Application.work(database, ENOUGH);
        happens(trouble);
        observe();
        assertThat(verdict()).as(trouble).isIn("worse", "too early to tell", "unknown");
        if (trouble.endsWith("full")) {
            assertThat(watch().output())
                    .containsPattern(
                            "pg_stat_statements discarded statements (once|[0-9,]+ times) because it was full");
        }
        if (trouble.endsWith("gone")) {
            database.runAsSuperuser("create extension pg_stat_statements");
        }
        observe();
        observedWork();
        assertThat(verdict()).as(trouble).isEqualTo("worse");
    }

    private void happens(String trouble) {
        switch (trouble) {
            case "the statements are reset" -> database.runAsSuperuser("select pg_stat_statements_reset()");
            case "all counters are reset" -> database.runAsSuperuser("select pg_stat_reset()");
            case "a clean restart" -> {
                own.stopCleanly();
                own.startAgain();
            }
            case "an immediate stop" -> {
                own.stopImmediately();
                own.startAgain();
            }
            case "pg_stat_statements is full" -> fill();
            default -> database.runAsSuperuser("drop extension pg_stat_statements");
        }
    }

    /** Fills pg_stat_statements beyond its limit, so that it discards the statements of the application. */
    private void fill() {
        own.run("alter system set pg_stat_statements.max = " + ROOM);
        own.stopCleanly();
        own.startAgain();
        String[] statements = new String[2 * ROOM];
        Arrays.setAll(statements, number -> "select " + "1 + ".repeat(number) + "1");
        database.runAsSuperuser(statements);
        assertThat(database.query("select dealloc > 0 from pg_stat_statements_info"))
                .containsExactly("t");
    }

    /** Once with an interrupted build, once with only the row in the schema history missing. */
    @Test
    @Tag("long")
    void a_killed_undo_is_reported_and_finished() throws IOException {
        List<String> before = database.indexes();
        observe();
        observedWork();
        run("migrate");
        observe();
        observedWork();
        String build =
                "create index review_pr_submitted_idx on public.metrics_prreview (pull_request_id, submitted_at)";
        database.run(build);
        database.runAsSuperuser(
                "update pg_index set indisvalid = false where indexrelid = 'review_pr_submitted_idx'::regclass");
        observe();
        observedWork();
        assertThat(verdict())
                .as("no query uses the invalid index of an interrupted build")
                .isEqualTo("worse");
        watch("--undo").assertSucceeded();
        assertThat(database.indexes()).isEqualTo(harmless(before));
        observe();

        run("migrate");
        observe();
        observedWork();
        database.run(build);
        observe();
        assertThat(verdict()).isEqualTo("taken back");
        assertThat(watch().output())
                .contains(
                        "The schema history still has the migration as applied. If the undo was interrupted, this finishes it: dbopt undo --target 9\n");
        run("undo", "--target", "9");
        observe();
        assertThat(watch().output()).doesNotContain("The schema history still has");
        assertThat(database.indexes()).isEqualTo(harmless(before));
    }

    /** The parts do not count as separate drops; the statements name the table, and one names a partition. */
    @Test
    @Tag("long")
    void a_partitioned_index_is_one_drop_and_is_undone_with_all_of_its_parts() {
        database.run(
                "create table measurement (town int, n int, pad text) partition by range (n)",
                "create table measurement_low partition of measurement for values from (0) to (10000)",
                "create table measurement_high partition of measurement for values from (10000) to (20000) partition by list (town)",
                "create table measurement_high_rest partition of measurement_high default",
                "insert into measurement select n % 500, n, repeat('x', 100) from generate_series(0, 19999) n",
                "create index measurement_town on measurement (town)",
                "create index measurement_town_n on measurement (town, n)",
                "vacuum analyze measurement");
        List<String> before = database.indexes();
        run("audit", "--scaffold", folder.resolve("db").toString(), "--index", "measurement_town");
        observe();
        measured();
        run("migrate");
        database.run("drop index measurement_town_n"); // the keeper of the index that the migration dropped
        observe();
        measured();

        CommandRun watched = watch("--fail-on", "worse");
        assertThat(watched.exitCode()).as(watched.output()).isEqualTo(1);
        assertThat(watched.output())
                .contains("V10 dropped public.measurement_town on public.measurement: worse\n")
                .contains("Dropped by no migration here: public.measurement_town_n on public.measurement: worse\n")
                .contains("2 of 2 statements read more than 1.25 times the blocks a call")
                .contains("Undo it: dbopt undo --target 10 (it builds ")
                .doesNotContain(" on public.measurement_low", " on public.measurement_high");

        CommandRun back = watch("--undo");
        back.assertSucceeded();
        assertThat(back.error())
                .contains(
                        "Not undone, because no applied migration here dropped it: public.measurement_town_n on public.measurement. Its definition: CREATE INDEX measurement_town_n ON public.measurement USING btree (town, n)\n");
        assertThat(ofMeasurement(database.indexes())).hasSize(4).isEqualTo(ofMeasurement(withoutTheOther(before)));
        observe();
        measured();
        assertThat(watch().output())
                .contains("V10 dropped public.measurement_town on public.measurement: taken back\n");
    }

    private void measured() {
        try (Connection session = database.connect();
                Statement statement = session.createStatement()) {
            for (int call = 0; call < ENOUGH; call++) {
                statement.execute("select count(pad) from measurement where town = 7");
                statement.execute("select count(pad) from measurement_low where town = 7");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        observe();
    }

    private static List<String> ofMeasurement(List<String> indexes) {
        return indexes.stream().filter(index -> index.contains("measurement")).toList();
    }

    private static List<String> withoutTheOther(List<String> indexes) {
        return indexes.stream().filter(index -> !index.contains("town, n")).toList();
    }

    /** The verdict on the drop that was a mistake. */
    private String verdict() {
        return watch().output()
                .lines()
                .filter(line ->
                        line.startsWith("V9 dropped public.review_pr_submitted_idx on public.metrics_prreview: "))
                .findFirst()
                .orElseThrow()
                .replaceFirst(".*: ", "");
    }

    /** The indexes that remain after the six drops. */
    private List<String> harmless(List<String> before) {
        return before.stream()
                .filter(index -> SIX.stream().noneMatch(dropped -> index.contains("INDEX " + dropped + " ON")))
                .toList();
    }
}
