package dbopt.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.Guide;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The commands on many databases: three of one server, a dead address and a wrong password. */
@Tag("anyversion")
class FleetCommandsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static TestDatabase audited;
    private static TestDatabase empty;

    @TempDir
    private Path folder;

    @BeforeAll
    static void make() {
        audited = TestDatabase.audited();
        empty = TestDatabase.empty();
    }

    @AfterAll
    static void drop() {
        audited.close();
        empty.close();
    }

    private static String line(String name, TestDatabase database) {
        return name + " " + database.url();
    }

    /** A healthy database, one with findings, an unreachable one, and one with a wrong password. */
    private Path file() throws IOException {
        return file(
                line("well", empty),
                "",
                "dead jdbc:postgresql://localhost:1/dead",
                line("audited", audited),
                line("closed", empty) + "?user=application");
    }

    private Path file(String... lines) throws IOException {
        return Files.write(folder.resolve("databases.txt"), List.of(lines));
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("FLYWAY_USER", TestDatabase.OWNER);
        environment.put("FLYWAY_PASSWORD", "wrong");
        environment.put("DBOPT_PASSWORD_WELL", TestDatabase.PASSWORD);
        environment.put("DBOPT_PASSWORD_AUDITED", TestDatabase.PASSWORD);
        return environment;
    }

    private CommandRun run(Path file, String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of(command, "--databases", file.toString()));
        all.addAll(List.of(arguments));
        return CommandRun.with(environment(), all.toArray(String[]::new));
    }

    private static CommandRun alone(TestDatabase database, String... arguments) {
        return CommandRun.on(database, arguments);
    }

    private static String place(TestDatabase database) {
        return database.url().substring("jdbc:postgresql://".length()) + " as " + TestDatabase.OWNER;
    }

    private static String dead() {
        return "Cannot connect to localhost:1/dead as application: Connection to localhost:1 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.";
    }

    private static String closed() {
        return "Cannot connect to " + place(empty) + ": password authentication failed for user \"application\"";
    }

    @Test
    void audit_lists_the_databases_worst_first_and_then_each_full_report() throws IOException {
        CommandRun run = run(file(), "audit", "--fail-on", "any");
        assertThat(run.exitCode()).as(run.error()).isEqualTo(3);
        String ofAudited = alone(audited, "audit").output();
        String ofEmpty = alone(empty, "audit").output();
        assertThat(run.output())
                .isEqualTo(
                        """
                        4 databases, 2 without a report

                        database  result
                        dead      FAILED: %1$s
                        closed    FAILED: %2$s
                        audited   %3$s
                        well      no redundant index

                        == dead (localhost:1/dead as application)

                        %1$s
                        Nothing was changed. Check the address, the user and the password (from line 3 of %4$s).

                        == closed (%5$s)

                        %2$s
                        Nothing was changed. Check the address, the user and the password (from line 5 of %4$s).

                        == audited (%6$s)

                        %7$s
                        == well (%5$s)

                        %8$s"""
                                .formatted(
                                        dead(),
                                        closed(),
                                        ofAudited
                                                .lines()
                                                .findFirst()
                                                .orElseThrow()
                                                .replaceFirst("^PostgreSQL [^:]*: ", ""),
                                        folder.resolve("databases.txt"),
                                        place(empty),
                                        place(audited),
                                        ofAudited,
                                        ofEmpty));
        assertThat(run.error().lines().map(line -> line.replaceFirst("^[1-4]", "N")))
                .containsExactlyInAnyOrder(
                        "N of 4: dead: FAILED: " + dead(),
                        "N of 4: closed: FAILED: " + closed(),
                        "N of 4: well: no redundant index",
                        "N of 4: audited: "
                                + ofAudited.lines().findFirst().orElseThrow().replaceFirst("^PostgreSQL [^:]*: ", ""));
        assertThat(run.error() + run.output()).doesNotContain("sesame").doesNotContain("wrong");
    }

    @Test
    void a_libpq_password_file_works_and_a_password_of_one_database_takes_precedence() throws IOException {
        Path passwords = Files.writeString(
                folder.resolve("pgpass"), "localhost:*:*:" + TestDatabase.OWNER + ":" + TestDatabase.PASSWORD + "\n");
        Map<String, String> environment = new HashMap<>(Map.of("FLYWAY_USER", TestDatabase.OWNER));
        String file = file(line("well", empty), line("audited", audited) + "?user=nobody")
                .toString();
        System.setProperty("org.postgresql.pgpassfile", passwords.toString());
        try {
            assertThat(CommandRun.with(environment, "audit", "--databases", file)
                            .output())
                    .contains("\nwell      no redundant index\n")
                    .contains("\naudited   FAILED: Cannot connect to ");
            environment.put("DBOPT_USER_AUDITED", TestDatabase.OWNER);
            environment.put("DBOPT_PASSWORD_AUDITED", TestDatabase.PASSWORD);
            CommandRun.with(environment, "audit", "--databases", file).assertSucceeded();
        } finally {
            System.clearProperty("org.postgresql.pgpassfile");
        }
    }

    @Test
    void the_exit_code_is_that_of_the_worst_database() throws IOException {
        Path reached = file(line("audited", audited), line("well", empty));
        assertThat(run(reached, "audit").exitCode()).isZero();
        assertThat(run(reached, "audit", "--fail-on", "any").exitCode()).isEqualTo(1);
        assertThat(run(file(line("well", empty)), "audit", "--fail-on", "any").exitCode())
                .isZero();
        assertThat(run(
                                file(line("well", empty), "dead jdbc:postgresql://localhost:1/dead"),
                                "audit",
                                "--fail-on",
                                "any")
                        .exitCode())
                .isEqualTo(3);
    }

    @Test
    void json_contains_each_report_as_for_a_single_database() throws IOException {
        JsonNode audits = JSON.readTree(run(file(), "audit", "--format", "json").output());
        assertThat(audits).hasSize(4);
        assertThat(audits.get(0).get("name").asString()).isEqualTo("dead");
        assertThat(audits.get(0).get("database").asString()).isEqualTo("localhost:1/dead as application");
        assertThat(audits.get(0).get("failure").asString()).startsWith(dead()).endsWith("databases.txt).");
        assertThat(audits.get(0).get("report").isNull()).isTrue();
        assertThat(audits.get(2).get("name").asString()).isEqualTo("audited");
        assertThat(audits.get(2).get("failure").isNull()).isTrue();
        assertThat(audits.get(2).get("report"))
                .isEqualTo(JSON.readTree(
                        alone(audited, "audit", "--format", "json").output()));

        JsonNode healths =
                JSON.readTree(run(file(), "health", "--format", "json").output());
        assertThat(healths.get(3).get("name").asString()).isEqualTo("well");
        ObjectNode own = (ObjectNode) healths.get(3).get("report");
        ObjectNode single = (ObjectNode)
                JSON.readTree(alone(empty, "health", "--format", "json").output());
        assertThat(own.remove("at").asString()).isNotEmpty();
        single.remove("at");
        assertThat(own).isEqualTo(single);
    }

    @Test
    void health_reports_all_databases_on_one_page_that_is_written_atomically() throws IOException {
        Path page = folder.resolve("page.html");
        CommandRun run = run(file(), "health", "--format", "html", "--output", page.toString());
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.output()).isEmpty();
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
        String html = Files.readString(page);
        assertThat(html)
                .contains("4 databases, 2 without a report")
                .containsSubsequence(
                        "<a href=\"#database-1\">dead</a>",
                        "No report",
                        "<a href=\"#database-3\">audited</a>",
                        "Act now",
                        "<h2 id=\"database-1\">dead</h2>",
                        dead(),
                        "<h2 id=\"database-3\">audited</h2>",
                        "Redundant indexes",
                        "<h2 id=\"database-4\">well</h2>")
                .doesNotContain("{{")
                .doesNotContain("http://")
                .doesNotContain("sesame");

        Path inNoFolder = folder.resolve("none/page.html");
        CommandRun refused = run(file(), "health", "--format", "html", "--output", inNoFolder.toString());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.error())
                .startsWith("The report cannot be written to ")
                .doesNotContain(" of 4: ");
    }

    @Test
    void a_metric_is_described_once_and_has_a_sample_of_each_database() throws IOException {
        String metrics = run(file(), "health", "--format", "prometheus").output();
        List<String> described =
                metrics.lines().filter(line -> line.startsWith("# HELP ")).toList();
        assertThat(described).doesNotHaveDuplicates().hasSizeGreaterThan(10);
        assertThat(metrics.lines().filter(line -> line.startsWith("# TYPE ")).toList())
                .doesNotHaveDuplicates()
                .hasSameSizeAs(described);
        assertThat(metrics.lines().filter(line -> !line.startsWith("#")))
                .allMatch(line -> line.matches(".*[{,]database=\"(dead|closed|audited|well)\"[,}].*"))
                .doesNotHaveDuplicates()
                .contains(
                        "dbopt_health_reached{database=\"dead\"} 0",
                        "dbopt_health_reached{database=\"closed\"} 0",
                        "dbopt_health_reached{database=\"audited\"} 1",
                        "dbopt_health_reached{database=\"well\"} 1");
        assertThat(metrics).contains("dbopt_tables_bytes{database=\"well\"} 0\n");
        assertThat(named(metrics, "well"))
                .isEqualTo(
                        named(alone(empty, "health", "--format", "prometheus").output(), ""));
    }

    /** The metrics that have a sample; of the given database only, if one is given. */
    private static Set<String> named(String metrics, String database) {
        Set<String> names = new TreeSet<>();
        metrics.lines()
                .filter(line ->
                        !line.startsWith("#") && (database.isEmpty() || line.contains("database=\"" + database + '"')))
                .map(line -> line.replaceFirst("\\{.*", ""))
                .filter(name -> !name.equals("dbopt_health_reached"))
                .forEach(names::add);
        return names;
    }

    @Test
    void the_databases_share_a_history_file() throws IOException {
        Path history = folder.resolve("history.jsonl");
        run(file(), "health", "--history", history.toString());
        CommandRun again = run(file(), "health", "--history", history.toString());
        assertThat(again.error()).doesNotContain("WARNING");
        assertThat(Files.readAllLines(history)).hasSize(4);
        assertThat(alone(audited, "health", "--history", history.toString()).exitCode())
                .isZero();
    }

    @Test
    void observe_fills_a_folder_that_audit_and_health_use() throws IOException {
        Path observations = folder.resolve("observations");
        CommandRun run = run(file(), "observe", observations.toString());
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.output())
                .startsWith("4 databases, 2 without a report\n\ndatabase  result\ndead      FAILED: " + dead())
                .containsPattern("\nwell      [^ ]+: primary, timeline [0-9]+; 0 tables, 0 indexes, ")
                .containsPattern("\naudited   [^ ]+: primary, timeline [0-9]+; [0-9]+ tables, ");
        assertThat(observations)
                .isDirectoryContaining("glob:**/well.jsonl")
                .isDirectoryContaining("glob:**/audited.jsonl")
                .isDirectoryNotContaining("glob:**/dead.jsonl")
                .isDirectoryNotContaining("glob:**/closed.jsonl");

        CommandRun judged = run(
                file(line("audited", audited), line("well", empty), line("Later", empty)),
                "audit",
                "--evidence",
                observations.toString());
        assertThat(judged.exitCode()).isEqualTo(3);
        assertThat(judged.output())
                .contains("\nLater     FAILED: ")
                .contains(observations.resolve("Later.jsonl") + "")
                .containsPattern("\naudited   .*; 0 unused, 0 bytes; [0-9]+ unknown\n");
        assertThat(run(file(line("audited", audited)), "health", "--evidence", observations.toString())
                        .exitCode())
                .isZero();

        Path taken = Files.writeString(folder.resolve("taken"), "");
        CommandRun refused = run(file(), "observe", taken.toString());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.error())
                .isEqualTo(
                        "There is no folder " + taken
                                + " for the observations of many databases, and it cannot be made: there is a file of that name.\nNothing was observed.\n");
    }

    @Test
    void info_shows_many_schemas_of_one_database_or_many_databases() throws IOException {
        for (String[] given : new String[][] {{"--databases", file().toString()}, {"--parallel", "2"}}) {
            CommandRun refused = alone(empty, "info", "--schemas", "*", given[0], given[1]);
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.error())
                    .isEqualTo(
                            "--schemas works on one database; --databases, with --parallel, works on many: use only one of them.\nNothing was done.\n");
            assertThat(refused.output()).isEmpty();
        }
    }

    @Test
    void info_shows_the_version_of_each_database() throws IOException {
        try (TestDatabase migrated = audited.copy()) {
            CommandRun.on(migrated, "migrate").assertSucceeded();
            Map<String, String> environment = environment();
            environment.put("FLYWAY_PASSWORD", TestDatabase.PASSWORD);
            CommandRun run = CommandRun.with(
                    environment,
                    "info",
                    "--databases",
                    file(
                                    line("migrated", migrated),
                                    "dead jdbc:postgresql://localhost:1/dead",
                                    line("waiting", audited))
                            .toString());
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.output())
                    .startsWith(
                            """
                            3 databases, 1 without a report

                            database  result
                            dead      FAILED: %s
                            waiting   9 pending
                            migrated  1 baseline, 8 success

                            == dead (localhost:1/dead as application)
                            """
                                    .formatted(dead()))
                    .contains("== migrated (" + place(migrated) + ")\n\n"
                            + alone(migrated, "info").output().replaceFirst("(?s)^Database .*?\n", ""));
        }
    }

    @Test
    void a_server_that_cannot_be_judged_is_reported_with_the_reason() throws IOException {
        try (TestDatabase other = TestDatabase.empty()) {
            other.runAsSuperuser(
                    "create schema other",
                    "create function other.version() returns text language sql as $$ select 'CockroachDB CCL v24.1' $$",
                    "grant usage on schema other to public",
                    "alter database " + other.name() + " set search_path = other, pg_catalog, public");
            Map<String, String> environment = environment();
            environment.put("DBOPT_PASSWORD_OTHER", TestDatabase.PASSWORD);
            CommandRun run = CommandRun.with(
                    environment,
                    "audit",
                    "--databases",
                    file(line("other", other), line("well", empty)).toString());
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.output())
                    .contains(
                            "\nother     FAILED: This is not PostgreSQL: CockroachDB CCL v24.1\nwell      no redundant index\n")
                    .contains(
                            "\nThe proof is based on PostgreSQL's own catalog and planner, so here it would prove nothing. Nothing was examined.\n");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            audit --url x --scaffold y --write-accepted z --keep a --embedded | --url, --embedded, --scaffold, --write-accepted, --keep are
            audit --index i | --index is
            health --embedded --scale 1 | --embedded, --scale are
            observe folder --node x | --node is
            info --url x | --url is
            """)
    void options_for_a_single_database_are_refused_all_at_once(String command, String refused) throws IOException {
        String[] words = command.split(" ");
        CommandRun run =
                run(file(), words[0], List.of(words).subList(1, words.length).toArray(String[]::new));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .isEqualTo(
                        refused
                                + " for one database, and --databases names many: leave out one or the other.\nNothing was done.\n");
        assertThat(run.output()).isEmpty();
    }

    @Test
    void parallel_requires_many_databases_and_a_number_from_1_to_64() throws IOException {
        assertThat(alone(empty, "audit", "--parallel", "2").error())
                .isEqualTo(
                        "--parallel says how many of --databases are asked at the same time: add --databases FILE.\nNothing was done.\n");
        assertThat(run(file(), "audit", "--parallel", "0").error())
                .isEqualTo("--parallel must be a whole number from 1 to 64, not 0.\nNothing was done.\n");
        assertThat(run(file(), "audit", "--parallel", "65").exitCode()).isEqualTo(2);
    }

    @Test
    void accepted_findings_are_searched_for_in_all_databases() throws IOException {
        Path accepted = folder.resolve("accepted.txt");
        assertThat(alone(audited, "audit", "--write-accepted", accepted.toString())
                        .exitCode())
                .isZero();
        Files.writeString(
                accepted, Files.readString(accepted) + "CREATE INDEX gone ON public.nowhere USING btree (a)\n");
        for (String command : List.of("audit", "health")) {
            CommandRun run = run(
                    file(line("audited", audited), line("well", empty)), command, "--accepted", accepted.toString());
            assertThat(run.exitCode()).as(run.error()).isZero();
            assertThat(run.error().lines().filter(line -> line.startsWith("Accepted")))
                    .containsExactly("Accepted, but no longer found: gone on public.nowhere");
            assertThat(run(file(), command, "--accepted", accepted.toString()).error())
                    .as("a database without a report may have the finding")
                    .doesNotContain("no longer found");
        }
    }

    @Test
    void the_commands_of_the_guide_do_what_the_guide_says() throws IOException {
        String names = file(line("orders", audited), line("billing", empty)).toString();
        Map<String, String> environment = environment();
        environment.put("FLYWAY_PASSWORD", TestDatabase.PASSWORD);
        for (Guide.Block block : Guide.blocks(Path.of("dev/guides/MANY-DATABASES.md"))) {
            for (String command : block.commands()) {
                String[] words = command.replace("databases.txt", names)
                        .replaceAll("(?<= )(health.html|dbopt.prom|observations)", folder + "/$1")
                        .split(" ");
                assertThat(words[0]).isEqualTo("./scripts/dbopt");
                CommandRun.with(
                                environment,
                                List.of(words).subList(1, words.length).toArray(String[]::new))
                        .assertSucceeded();
            }
        }
        assertThat(folder).isDirectoryContaining("glob:**/health.html").isDirectoryContaining("glob:**/dbopt.prom");
        assertThat(folder.resolve("observations")).isDirectoryContaining("glob:**/orders.jsonl");
    }

    /** Opened at the same time, so many sessions would be twice the default limit of a server. */
    @Test
    @Tag("long")
    void two_hundred_databases_are_queried_through_a_few_sessions() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int number = 1; number <= 200; number++) {
            lines.add(line("n" + number, number % 2 == 0 ? empty : audited));
        }
        Map<String, String> environment = environment();
        environment.put("FLYWAY_PASSWORD", TestDatabase.PASSWORD);
        for (String[] command : new String[][] {
            {"audit"}, {"health", "--format", "html"}, {"info"}, {"observe", folder + "/observations"}
        }) {
            List<String> all = new ArrayList<>(List.of(command));
            all.addAll(List.of("--databases", file(lines.toArray(String[]::new)).toString()));
            long begin = System.nanoTime();
            CommandRun run = CommandRun.with(environment, all.toArray(String[]::new));
            System.out.printf("200 databases, %s: %.1f s%n", command[0], (System.nanoTime() - begin) / 1e9);
            run.assertSucceeded();
            assertThat(run.output()).contains("200 databases");
            assertThat(run.error().lines().filter(said -> said.matches("[0-9]+ of 200: n[0-9]+: .*")))
                    .hasSize(200);
        }
    }
}
