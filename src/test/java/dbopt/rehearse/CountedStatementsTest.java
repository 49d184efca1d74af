package dbopt.rehearse;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.OwnServer;
import dbopt.TestDatabase;
import dbopt.bundled.BundledSql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A rehearsal of what pg_stat_statements has counted; it needs a server that was started with it. */
@Tag("faults")
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class CountedStatementsTest {
    /** As many columns, and each beside each other, are more than 5,000 statements. */
    private static final int COLUMNS = 71;

    private static final String VALUE = "Zauberwort4711";

    @TempDir
    private static Path folder;

    private static OwnServer server;
    private static TestDatabase database;

    @BeforeAll
    static void count() throws SQLException {
        server = OwnServer.start(folder.resolve("source"));
        server.run("alter system set shared_preload_libraries = 'pg_stat_statements'");
        server.stopImmediately();
        server.startAgain();
        // PostgreSQL 14 knows this one only where the library is loaded
        server.run("alter system set \"pg_stat_statements.max\" = 20000");
        server.stopImmediately();
        server.startAgain();
        database = server.empty();
        database.runAsSuperuser("create extension pg_stat_statements");
        database.run(
                "create table parcel (id int primary key, town text, weight int, sent_at timestamp, note text)",
                """
                insert into parcel
                select i, case when i % 3 = 0 then 'Zauberwort4711' else 'town ' || i % 900 end, i % 100,
                    timestamp '2024-01-01' + i * interval '1 minute', repeat('x', 60)
                from generate_series(1, 40000) i
                """,
                "create index by_town on parcel (town)",
                "create index by_time on parcel (sent_at)",
                "create sequence seen",
                "create function spying() returns int immutable language sql as $$ select nextval('seen')::int $$",
                "vacuum analyze parcel");
        database.runAsSuperuser("create table hidden (id int)", "select pg_stat_statements_reset()");
        try (Connection application = database.connect();
                Statement statement = application.createStatement()) {
            for (int call = 0; call < 20; call++) {
                statement.execute("select id from parcel where town = 'town " + call + "'");
            }
            statement.execute(
                    "select count(*) from parcel where sent_at >= date '2024-01-03' - interval '1 day' and weight in (1, 2, 3)");
            statement.execute("select extract(hour from sent_at) from parcel where id = 5 limit 3");
            statement.execute("update parcel set note = 'n' where town = 'nowhere'");
            statement.execute("create temporary table gone (id int)");
            statement.execute("select * from gone where id = 7");
            statement.execute("set work_mem = '5MB'");
            statement.execute("select * from parcel where id = spying()");
        }
        database.runAsSuperuser("select * from hidden where id = 1");
        server.run(
                "create role \"Reports\" login password 'r' in role application",
                "alter role \"Reports\" in database " + database.name()
                        + " set search_path = \"$user\", nowhere, public",
                "alter role \"Reports\" set enable_seqscan = off",
                "grant connect on database " + database.name() + " to \"Reports\"");
        database.run("create schema \"Reports\"", "create table \"Reports\".parcel (only_here int)");
        try (Connection reports = database.connect("Reports", "r");
                Statement statement = reports.createStatement()) {
            statement.execute("select count(*) from parcel where only_here = 4");
            statement.execute("select count(*) from public.parcel where weight = 4");
        }
        database.runAsSuperuser("grant pg_read_all_stats to \"Reports\"");
    }

    /** A path and a setting of the role that ran a statement decide how it is planned, whoever rehearses. */
    @Test
    void each_statement_is_planned_under_the_settings_of_its_role() throws SQLException {
        try (Connection there = database.connect("Reports", "r")) {
            List<WorkloadStatement> statements =
                    Workload.counted(there, BundledSql.ofClassPath()).statements();
            assertThat(settings(statements, "select count(*) from parcel where only_here"))
                    .containsEntry("search_path", "\"Reports\", nowhere, public")
                    .containsEntry("enable_seqscan", "off");
            assertThat(settings(statements, "select id from parcel where town"))
                    .isEqualTo(Map.of("search_path", "application, public"));
        }
        JsonNode report = JsonMapper.shared()
                .readTree(rehearseAs("Reports", "r", database, "--without", "public.by_town", "--format", "json")
                        .output());
        assertThat(statement(report, "select count(*) from parcel where only_here")
                        .path("verdict")
                        .asString())
                .isEqualTo("same");
    }

    private static Map<String, String> settings(List<WorkloadStatement> statements, String text) {
        return statements.stream()
                .filter(statement -> statement.sql().startsWith(text))
                .findFirst()
                .orElseThrow()
                .settings();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void each_counted_statement_has_a_verdict_for_any_values_and_for_those_of_the_statistics() {
        String before = database.query("select last_value, is_called from seen").get(0);
        CommandRun run = rehearse("--without", "by_town", "--fail-on", "sequential", "--format", "json");
        assertThat(run.exitCode()).as(run.error()).isEqualTo(1);
        JsonNode report = JsonMapper.shared().readTree(run.output());
        JsonNode byTown = statement(report, "select id from parcel where town =");
        assertThat(byTown.path("verdict").asString()).isEqualTo("sequential");
        assertThat(byTown.path("callsADay").asDouble()).isGreaterThanOrEqualTo(20);
        assertThat(statement(report, "update parcel").path("verdict").asString())
                .isEqualTo("sequential");
        for (String same : new String[] {"select count(*) from parcel", "select extract("}) {
            JsonNode statement = statement(report, same);
            assertThat(statement.path("verdict").asString())
                    .as(statement.toString())
                    .isEqualTo("same");
        }
        assertThat(statement(report, "select * from parcel where id = spying()")
                        .path("detail")
                        .asString())
                .isEqualTo("cannot execute nextval() in a read-only transaction");
        JsonNode gone = statement(report, "select * from gone");
        assertThat(gone.path("verdict").asString()).isEqualTo("unknown");
        assertThat(gone.path("detail").asString()).isEqualTo("relation \"gone\" does not exist");
        assertThat(report.path("utilityStatements").asInt()).isPositive();
        assertThat(report.path("hiddenTexts").asInt()).isPositive();
        assertThat(report.path("shareOfCalls").asDouble()).isBetween(0.1, 0.999);
        assertThat(report.path("indexes").get(0).path("callsADay").asDouble()).isGreaterThanOrEqualTo(20);
        assertThat(database.query("select last_value, is_called from seen"))
                .as("what a text calls is not called on the database")
                .containsExactly(before);
        assertThat(run.output() + run.error()).doesNotContain(VALUE);
    }

    @Test
    void people_read_what_was_explained_and_what_was_not() {
        CommandRun run = rehearse("--without", "by_time");
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(run.output())
                .containsPattern("select count\\(\\*\\) from parcel where sent_at >= date .* turned sequential ")
                .containsPattern(
                        "Explained: [0-9.]+ % of the calls and [0-9.]+ % of the time that pg_stat_statements has counted in [0-9]+ minutes\\. "
                                + "[0-9]+ texts? (is|are) hidden from this role \\(GRANT pg_read_all_stats shows them\\)\\. "
                                + "[0-9]+ utility statements? ha(s|ve) no plan, and no part in this count\\."
                                + (System.getProperty("postgresql.version").startsWith("18.")
                                        ? " [0-9]+ statements? ha(s|ve) a list of values of which PostgreSQL keeps only the first: planned with one\\."
                                        : "")
                                + "\n")
                .containsPattern("unknown statement +calls a day  why\n")
                .containsPattern("select \\* from gone where id = \\$1 +24  relation \"gone\" does not exist\n")
                .doesNotContain(VALUE);
    }

    @Test
    void what_is_not_reached_in_time_is_unknown() {
        CommandRun run = rehearse("--without", "by_time", "--max-duration", "0");
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(run.output()).contains("Explained: 0.0 % of the calls", "not reached in the time of --max-duration");
    }

    /** A text that is cut off cannot be read by any server: what it is, is not guessed. */
    @Test
    void a_text_that_is_cut_off_is_unknown() throws SQLException {
        try (Connection there = database.connect()) {
            assertThat(new Explainer(there).plan(counted("select id from parcel where id = $1 and town in ($2, $3")))
                    .isEqualTo(Planned.refused("syntax error at end of input"));
            assertThat(new Explainer(there)
                            .plan(counted("select id from parcel where id = $1 and town in ($2, $3)"))
                            .unknown())
                    .isEmpty();
        }
    }

    private static WorkloadStatement counted(String text) {
        return new WorkloadStatement("1", text, true, Optional.empty(), false, OptionalDouble.of(1), 1, 1, Map.of());
    }

    @Test
    void an_application_of_utility_statements_alone_has_nothing_that_gets_worse() throws SQLException {
        try (TestDatabase quiet = server.empty()) {
            quiet.run("create table b (id int)", "create index by_id on b (id)");
            quiet.runAsSuperuser(
                    "create extension pg_stat_statements",
                    "select pg_stat_statements_reset(0, (select oid from pg_database where datname = current_database()), 0)");
            quiet.run("analyze b");
            CommandRun run = rehearse(quiet, "--without", "by_id", "--fail-on", "changed");
            assertThat(run.exitCode()).as(run.output() + run.error()).isZero();
            assertThat(run.output())
                    .containsPattern("[0-9]+ utility statements? ha(s|ve) no plan, and no part in this count\\.\n")
                    .containsPattern("public.by_id +0 +- +-\n");
        }
    }

    @Test
    @Tag("long")
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void five_thousand_statements_are_planned_and_say_how_far_they_are() throws SQLException {
        try (TestDatabase busy = server.empty()) {
            String columns =
                    IntStream.range(0, COLUMNS).mapToObj(n -> "c" + n + " int").collect(joining(", "));
            busy.run("create table b (id int, " + columns + ")", "create index by_id on b (id)", "analyze b");
            busy.runAsSuperuser("create extension pg_stat_statements");
            try (Connection application = busy.connect();
                    Statement statement = application.createStatement()) {
                for (int n = 0; n < COLUMNS * COLUMNS; n++) {
                    statement.execute("select c" + n / COLUMNS + " from b where id = 1 and c" + n % COLUMNS + " = 1");
                }
            }
            CommandRun run = rehearse(busy, "--without", "by_id");
            assertThat(run.exitCode()).as(run.error()).isZero();
            assertThat(run.output()).containsPattern("\n5[0-9]{3} statements: ");
            CommandRun hurried = rehearse(busy, "--without", "by_id", "--max-duration", "1s");
            assertThat(hurried.exitCode()).as(hurried.error()).isZero();
            assertThat(hurried.output()).contains("not reached in the time of --max-duration");
        }
    }

    private static JsonNode statement(JsonNode report, String text) {
        for (JsonNode statement : report.path("statements")) {
            if (statement.path("text").asString().startsWith(text)) {
                return statement;
            }
        }
        throw new AssertionError("There is no statement " + text + " in " + report);
    }

    private static CommandRun rehearse(String... options) {
        return rehearse(database, options);
    }

    private static CommandRun rehearse(TestDatabase on, String... options) {
        return rehearseAs(TestDatabase.OWNER, TestDatabase.PASSWORD, on, options);
    }

    private static CommandRun rehearseAs(String role, String password, TestDatabase on, String... options) {
        Map<String, String> environment = new HashMap<>(on.address());
        environment.put("FLYWAY_USER", role);
        environment.put("FLYWAY_PASSWORD", password);
        environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        environment.put("PATH", System.getenv("PATH"));
        return CommandRun.with(
                environment,
                Stream.concat(Stream.of("rehearse", "--statements"), Stream.of(options))
                        .toArray(String[]::new));
    }
}
