package dbopt.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dbopt.CommandRun;
import dbopt.MadeUpCitus;
import dbopt.TestDatabase;
import dbopt.bundled.BundledSql;
import dbopt.guard.CaseDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tables that Citus distributes among nodes, as listed in its catalog. */
@Tag("anyversion")
@Timeout(120)
class CitusTest {
    private static final String DIVIDED =
            "Citus divides its table among nodes: a drop would lock every shard, and this node does not know whether the others need it";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    private static String longName() {
        return "a table whose name is as long as a name may be in PostgreSQL xx";
    }

    private static List<String> table(String name, String prefix) {
        return List.of(
                "create table " + name + " (id bigint, customer bigint, note text)",
                "create index \"" + prefix + "c\" on " + name + " (customer)",
                "create index \"" + prefix + "c2\" on " + name + " (customer)",
                "create index \"" + prefix + "n\" on " + name + " (note)",
                "create index \"" + prefix + "d\" on " + name + " (id desc)",
                "create index \"" + prefix + "i\" on " + name + " (id)");
    }

    @BeforeEach
    void make() throws IOException {
        Files.createDirectories(folder.resolve("db/migration"));
        Files.writeString(
                folder.resolve("db/flyway.conf"),
                """
                flyway.locations=filesystem:db/migration,filesystem:db/undo,filesystem:db/callback
                flyway.baselineOnMigrate=true
                flyway.defaultSchema=public
                """);
        database.run("create schema \"O r\"");
        for (List<String> made : List.of(
                table("orders", "o_"),
                table("orders_102008", "s_"),
                // looks like a shard, but is not one
                table("orders_7", "plain_"),
                table("\"O r\".\"" + longName() + "\"", "r_"))) {
            database.run(made.toArray(String[]::new));
        }
    }

    private void withCitus() {
        MadeUpCitus.in(database);
        MadeUpCitus.divide(database, "orders", 102008, 102009);
        MadeUpCitus.divide(database, "\"O r\".\"" + longName() + "\"", 102010);
    }

    private CommandRun run(String... arguments) {
        return CommandRun.in(folder, database, arguments);
    }

    private List<String> indexes(JsonNode findings) {
        return findings.valueStream()
                .map(finding -> finding.get("index").asString())
                .sorted()
                .toList();
    }

    @Test
    void no_index_of_a_distributed_table_or_a_shard_is_proposed_for_dropping() {
        JsonNode before = JSON.readTree(run("audit", "--format", "json").output());
        assertThat(before.has("shardedTables")).isFalse();
        assertThat(indexes(before.get("redundantIndexes"))).containsExactly("o_c2", "plain_c2", "r_c2", "s_c2");
        assertThat(before.get("needsReview")).hasSize(4);

        withCitus();
        String shard = database.query("select shard_name('\"O r\".\"" + longName() + "\"'::regclass, 102010)")
                .get(0);
        database.run(
                "create table " + shard + " (a int)",
                "create index shard_a on " + shard + " (a)",
                "create index shard_b on " + shard + " (a)");
        JsonNode after = JSON.readTree(run("audit", "--format", "json").output());
        assertThat(after.get("shardedTables").asInt()).isEqualTo(4);
        assertThat(indexes(after.get("redundantIndexes"))).containsExactly("plain_c2");
        assertThat(indexes(after.get("needsReview"))).containsExactly("plain_d");
        assertThat(run("audit").output())
                .contains("dev/guides/checks/sharded.md")
                .contains(
                        "\nCitus: 4 tables are divided among nodes, or shards. Their indexes are not judged: sizes and counters here are not those of all nodes.\n");
    }

    @Test
    void use_is_unknown_for_an_index_that_one_node_does_not_scan() throws IOException {
        withCitus();
        Path file = folder.resolve("observations.jsonl");
        run("observe", file.toString()).assertSucceeded();
        Matcher at = Pattern.compile("(?<=\"at\":\")[^\"]+").matcher(Files.readString(file));
        Files.writeString(file, at.replaceAll(time -> Instant.parse(time.group())
                .minus(Duration.ofDays(40))
                .toString()));
        for (String table : List.of("orders", "orders_102008", "orders_7")) {
            database.run(
                    "insert into " + table + " select n, n, n from generate_series(1, 500) n",
                    "do $$ begin for n in 1..100 loop perform count(*) from " + table + "; end loop; end $$");
            database.awaitCounters("relname = '" + table + "' and n_tup_ins = 500 and seq_scan >= 100");
        }
        run("observe", file.toString()).assertSucceeded();

        JsonNode report = JSON.readTree(
                run("audit", "--evidence", file.toString(), "--format", "json").output());
        assertThat(indexes(report.get("unusedIndexes"))).containsExactly("plain_i", "plain_n");
        assertThat(report.get("unknownIndexes").valueStream())
                .extracting(
                        finding -> finding.get("index").asString(),
                        finding -> finding.get("code").asString(),
                        finding -> finding.get("page").asString())
                .contains(
                        tuple("o_n", "sharded", "dev/guides/checks/sharded.md"),
                        tuple("s_n", "sharded", "dev/guides/checks/sharded.md"));
        assertThat(run("audit", "--evidence", file.toString(), "--scaffold", folder + "/db", "--index", "o_n")
                        .error())
                .isEqualTo(
                        "Database %s\nNothing was written, because not every index can be dropped:\n  o_n: whether it is used is unknown: Citus divides its table among nodes, and each counts the scans of its own shards\n"
                                .formatted(place()));
    }

    private String place() {
        return database.url().substring("jdbc:postgresql://".length()) + " as " + TestDatabase.OWNER;
    }

    @ParameterizedTest
    @ValueSource(strings = {"o_c2", "s_c2"})
    void the_scaffold_and_an_earlier_migration_refuse_an_index_of_a_distributed_table(String index) {
        run("audit", "--scaffold", folder + "/db", "--index", index, "--with-guard")
                .assertSucceeded();
        withCitus();
        for (List<String> more : List.of(List.<String>of(), List.of("--accept", "unique_copy", "--because", "x"))) {
            List<String> command = new ArrayList<>(List.of("audit", "--scaffold", folder + "/db", "--index", index));
            command.addAll(more);
            CommandRun refused = run(command.toArray(String[]::new));
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.error())
                    .endsWith("Nothing was written, because not every index can be dropped:\n  " + index + ": "
                            + DIVIDED + "\n");
        }
        CommandRun migrated = run("migrate");
        assertThat(migrated.exitCode()).isEqualTo(4);
        assertThat(migrated.error() + migrated.output())
                .contains("public." + index + " is not proven redundant, so it was not dropped")
                .contains(DIVIDED);
        assertThat(database.query("select count(*) from pg_class where relname = '" + index + "'"))
                .containsExactly("1");
    }

    @Test
    void health_reports_unknown_and_advises_neither_a_drop_nor_a_rebuild() {
        database.run("insert into orders_102008 select n, n, n from generate_series(1, 30000) n");
        withCitus();
        database.runAsSuperuser(
                "update pg_index set indisvalid = false where indexrelid in ('s_n'::regclass, 'plain_n'::regclass)");
        JsonNode checks =
                JSON.readTree(run("health", "--format", "json").output()).get("checks");
        assertThat(findings(checks, "sharded"))
                .containsExactly(
                        "unknown tables: 3: Citus divides them among nodes, or they are shards of such tables (\"O r\".\""
                                + longName() + "\" and others): sizes and counters here are not of all nodes; null");
        assertThat(findings(checks, "redundant_indexes"))
                .singleElement()
                .asString()
                .startsWith("warning public.plain_c2: ");
        assertThat(findings(checks, "unused_indexes")).noneMatch(found -> found.contains("s_"));
        assertThat(findings(checks, "invalid_indexes"))
                .containsExactly(
                        "warning public.plain_n: on orders_7; reindex index concurrently public.plain_n",
                        "warning public.s_n: on orders_102008; null");
    }

    private static List<String> findings(JsonNode checks, String name) {
        return checks.valueStream()
                .filter(check -> check.get("name").asString().equals(name))
                .flatMap(check -> check.get("findings").valueStream())
                .map(found -> "%s %s: %s; %s"
                        .formatted(
                                found.get("severity").asString(),
                                found.get("object").asString(),
                                found.get("detail").asString(),
                                found.get("fix").isNull()
                                        ? "null"
                                        : found.get("fix").asString()))
                .toList();
    }

    @Test
    void maintain_rebuilds_no_index_of_a_distributed_table() {
        for (String table : List.of("orders_102008", "orders_7")) {
            database.run(
                    "insert into " + table + " select n, n, n from generate_series(1, 60000) n", "analyze " + table);
        }
        withCitus();
        assertThat(database.query("select index_name, refusal from ("
                        + BundledSql.in(Path.of(""))
                                .query("db/maintain/indexes.sql")
                                .replaceFirst(";\\s*$", "")
                        + ") found where index_name like '%\\_n' order by 1"))
                .containsExactly(
                        "public.plain_n | null",
                        "public.s_n | Citus divides its table among nodes: a rebuild here would not be one of all shards");
    }

    @Test
    void the_queries_share_the_rule_of_shards() {
        List<String> rule = rule("db/audit/sharded_tables.sql");
        assertThat(rule).hasSizeGreaterThan(10);
        for (String file : List.of("db/audit/redundant_indexes.sql", "db/audit/observed_indexes.sql")) {
            assertThat(rule(file)).as(file).isEqualTo(rule);
        }
    }

    private static List<String> rule(String file) {
        return CaseDatabase.file(file)
                .lines()
                .map(String::strip)
                .dropWhile(line -> !line.equals("-- begin rule of shards"))
                .takeWhile(line -> !line.equals("-- end rule of shards"))
                .toList();
    }
}
