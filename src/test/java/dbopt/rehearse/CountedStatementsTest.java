package dbopt.rehearse;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.OwnServer;
import dbopt.TestDatabase;
import dbopt.bundled.BundledSql;
import dbopt.twin.Twin;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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

/** A rehearsal of the statements that pg_stat_statements counted, on a server that loads the library. */
@Tag("faults")
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class CountedStatementsTest {
    /** Every column and every pair of so many columns give more than 5,000 statements. */
    private static final int COLUMNS = 71;

    private static final String VALUE = "Zauberwort4711";

    private static final String LATE = "unknown: not reached within --max-duration";

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
        database.runAsSuperuser(
                "create extension citext",
                "update pg_extension set extname = 'letters' where extname = 'citext'", // an extension that no other
                // server has
                "create foreign data wrapper nobody",
                "create server elsewhere foreign data wrapper nobody",
                "grant usage on foreign server elsewhere to application",
                "create table hidden (id int)",
                "select pg_stat_statements_reset()");
        database.run(
                "create table letter (id int primary key, title citext)",
                "create table read_at (day int) partition by range (day)",
                "create table read_at_new partition of read_at for values from (1) to (9)",
                "create foreign table read_at_old partition of read_at for values from (-9) to (1) server elsewhere");
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
            statement.execute("select title from letter where id = 7");
            statement.execute("select day from read_at where day = 5");
            statement.execute("select day from read_at_new where day = 5");
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
    void each_counted_statement_has_a_verdict_for_unknown_and_for_common_values() {
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
        for (Map.Entry<String, String> unknown : Map.of(
                        "select title from letter",
                        "relation \"letter\" does not exist in the twin: the table public.letter cannot be made: type \"public.citext\" does not exist",
                        "select day from read_at where",
                        "relation \"read_at\" does not exist in the twin: the partition public.read_at_old cannot be made: relation \"public.read_at_old\" does not exist",
                        "select day from read_at_new",
                        "relation \"read_at_new\" does not exist in the twin: a partition of the same table, or a table that inherits from the same one, is not in the twin")
                .entrySet()) {
            JsonNode statement = statement(report, unknown.getKey());
            assertThat(statement.path("verdict").asString()).isEqualTo("unknown");
            assertThat(statement.path("detail").asString()).isEqualTo(unknown.getValue());
        }
        assertThat(report.path("unknownObjects").path("letters").asString())
                .isEqualTo("the extension letters cannot be made: extension \"letters\" is not available");
        assertThat(report.path("unknownObjects").path("public.read_at_old").asString())
                .isEqualTo("it is a foreign table");
        assertThat(report.path("utilityStatements").asInt()).isPositive();
        assertThat(report.path("hiddenTexts").asInt()).isPositive();
        assertThat(report.path("shareOfCalls").asDouble()).isBetween(0.1, 0.999);
        assertThat(report.path("indexes").get(0).path("callsADay").asDouble()).isGreaterThanOrEqualTo(20);
        assertThat(database.query("select last_value, is_called from seen"))
                .as("functions in a statement are not called on the database")
                .containsExactly(before);
        assertThat(run.output() + run.error()).doesNotContain(VALUE);
    }

    @Test
    void the_text_report_says_what_was_explained_and_what_was_not() {
        CommandRun run = rehearse("--without", "by_time");
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(run.output())
                .containsPattern("select count\\(\\*\\) from parcel where sent_at >= date .* turned sequential ")
                .containsPattern(
                        "Explained: [0-9.]+ % of the calls and [0-9.]+ % of the time that pg_stat_statements has counted in [0-9]+ minutes\\. "
                                + "[0-9]+ texts? (is|are) hidden from this role \\(GRANT pg_read_all_stats shows them\\)\\. "
                                + "[0-9]+ utility statements? ha(s|ve) no plan, and no part in this count\\."
                                + (System.getProperty("postgresql.version").startsWith("18.")
                                        ? " [0-9]+ statements? ha(s|ve) a list of values of which PostgreSQL keeps only the first, so it is planned with one\\."
                                        : "")
                                + "\n")
                .containsPattern("unknown statement +calls a day  why\n")
                .containsPattern("select \\* from gone where id = \\$1 +24  relation \"gone\" does not exist\n")
                .doesNotContain(VALUE);
    }

    @Tag("long")
    @Test
    void statements_not_reached_in_time_are_unknown_before_and_after() throws SQLException {
        AtomicReference<Duration> now = new AtomicReference<>(Duration.ZERO);
        AtomicReference<Duration> step = new AtomicReference<>(Duration.ZERO);
        try (Connection source = database.connect();
                Twin made = Twin.of(
                        source,
                        BundledSql.ofClassPath(),
                        environment(database, TestDatabase.OWNER, TestDatabase.PASSWORD),
                        Optional.empty(),
                        said -> {});
                Connection twin = made.connect()) {
            RehearsalRun run = new RehearsalRun(
                    twin, made, () -> Instant.EPOCH.plus(now.getAndUpdate(time -> time.plus(step.get()))), said -> {
                        if (said.startsWith("Planning after")) {
                            now.set(Duration.ofSeconds(58));
                            step.set(Duration.ofSeconds(1));
                        }
                    });
            assertThat(verdicts(run, Duration.ofMinutes(1)))
                    .as(
                            "the first two of three, by a clock that stands still before, and then ticks from the 58th second on")
                    .containsExactlyInAnyOrder("same plan: ", "same plan: ", LATE);
            step.set(Duration.ZERO);
            now.set(Duration.ZERO);
            assertThat(verdicts(run, Duration.ZERO)).containsExactly(LATE, LATE, LATE);
        }
    }

    private static List<String> verdicts(RehearsalRun run, Duration limit) throws SQLException {
        List<WorkloadStatement> statements = Stream.of("town", "weight", "note")
                .map(column -> counted("select " + column + " from parcel where id = $1"))
                .toList();
        Workload workload = new Workload(statements, 0, 0, 0, 0, OptionalDouble.empty(), 0);
        return run.run(workload, BundledSql.ofClassPath(), stage -> List.of(), 1.25, limit).changes().stream()
                .map(change -> Rehearsal.label(change.verdict()) + ": " + change.detail())
                .toList();
    }

    /** A truncated text cannot be parsed by any server, and its rest is not guessed. */
    @Test
    void a_truncated_text_is_unknown() throws SQLException {
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
    void five_thousand_statements_are_planned_with_progress_reports() throws SQLException {
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
            assertThat(hurried.output()).contains("not reached within --max-duration");
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
        return CommandRun.with(
                environment(on, role, password),
                Stream.concat(Stream.of("rehearse", "--statements"), Stream.of(options))
                        .toArray(String[]::new));
    }

    private static Map<String, String> environment(TestDatabase on, String role, String password) {
        Map<String, String> environment = new HashMap<>(on.address());
        environment.put("FLYWAY_USER", role);
        environment.put("FLYWAY_PASSWORD", password);
        environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        environment.put("PATH", System.getenv("PATH"));
        return environment;
    }
}
