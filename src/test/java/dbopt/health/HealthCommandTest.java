package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HealthCommandTest {
    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    @TempDir
    private Path folder;

    /** A superuser, so that nothing is unknown. */
    private CommandRun health(String... arguments) {
        List<String> all = new ArrayList<>(List.of("health"));
        all.addAll(List.of(arguments));
        return CommandRun.with(
                Map.of("FLYWAY_URL", database.url(), "FLYWAY_USER", "postgres", "FLYWAY_PASSWORD", "postgres"),
                all.toArray(String[]::new));
    }

    @Test
    void reports_what_needs_attention_and_what_to_do_about_it() {
        database.run(
                "create table orders as select n from generate_series(1, 1000) n",
                "create index orders_wide on orders (n, (n + 1))",
                "create index orders_narrow on orders (n)",
                "alter table orders set (autovacuum_enabled = off)");
        database.run("analyze orders");
        database.awaitCounters("relname = 'orders' and last_analyze is not null");
        CommandRun run = health();
        run.assertSucceeded();
        assertThat(run.output().replaceAll("[0-9]+ kB", "N kB"))
                .startsWith(
                        """
                        Act now: 1 critical, 2 warnings, 0 unknown, 24 of 27 checks found nothing to do

                        CRITICAL  Autovacuum of the server
                          critical  -  autovacuum  is off; you can change it
                          Switch it on for the server. On a managed server the provider does that; the owner of a table cannot.
                            alter system set autovacuum = on;
                          See dev/guides/checks/autovacuum_settings.md

                        WARNING  Redundant indexes
                          warning  N kB  public.orders_narrow  a prefix of orders_wide on orders
                          Drop it concurrently, with a migration that can be undone: dbopt audit --scaffold writes one. Before a prefix \
                        is dropped, look at the keeper: it is wider, so a scan of the whole index reads more.
                          See dev/guides/checks/redundant_indexes.md

                        WARNING  Tables without autovacuum
                          warning  N kB  public.orders  autovacuum_enabled is off; the owner application can change it
                          Reset the setting; the table's owner can. It may be right for an hour, during a bulk load.
                            alter table public.orders reset (autovacuum_enabled);
                          See dev/guides/checks/autovacuum_disabled.md

                        INFO  Tables without a primary key
                          info  N kB  public.orders  no primary key
                          Give it a primary key: create a unique index concurrently, then ADD PRIMARY KEY USING INDEX. \
                        A table of log lines may do without.
                          See dev/guides/checks/tables_without_primary_key.md

                        """)
                .endsWith(
                        """
                        Nothing found: Autovacuum falls behind, Autovacuum thresholds of large tables, Bloated indexes, Bloated tables, \
                        Btree indexes on arrays, Constraints not validated, Dead rows, Dropped indexes, Duplicated foreign keys, \
                        Foreign keys of another type, Foreign keys without an index, Indexes larger than their table, Invalid indexes, \
                        Long transactions, Relations locked exclusively, Sequences near their end, Sequential scans of large tables, \
                        Stale or missing statistics, Tables of several nodes, Transaction number wraparound, Undone indexes, Unused indexes, Unused replication slots.
                        """);
    }

    @Test
    void fails_on_the_requested_severity() {
        assertThat(health("--fail-on", "critical").exitCode()).isEqualTo(1);
        health().assertSucceeded();
    }

    @Test
    void json_contains_the_whole_report() {
        database.run("create table orders (id bigint primary key)", "create sequence numbers");
        JsonNode report =
                JsonMapper.shared().readTree(health("--format", "json").output());
        assertThat(report.get("status").asString()).isEqualTo("critical");
        JsonNode check = report.get("checks").get(0);
        assertThat(check.get("name").asString()).isEqualTo("autovacuum_settings");
        assertThat(check.get("page").asString()).isEqualTo("dev/guides/checks/autovacuum_settings.md");
        assertThat(check.get("findings").get(0).get("value").isNull()).isTrue();
        assertThat(check.get("findings").get(0).get("fix").asString()).isEqualTo("alter system set autovacuum = on");
        assertThat(report.get("tables").get(0).get("table").asString()).isEqualTo("public.orders");
        assertThat(report.get("tables").get(0).get("lastAnalyzed").isNull()).isTrue();
        assertThat(report.get("indexes").get(0).get("unique").asBoolean()).isTrue();
        assertThat(report.get("targets").size()).isZero();
    }

    /** The catalog knows the size as of the last ANALYZE: good enough only for what is small and has hardly changed. */
    @Test
    void sizes_are_correct_even_if_the_catalog_is_out_of_date() {
        database.run(
                "create table grown (n int primary key, filler text)",
                "create table forgotten (n int primary key, filler text)",
                "analyze grown, forgotten",
                "insert into grown select n, repeat('x', 100) from generate_series(1, 20000) n",
                "insert into forgotten select n, repeat('x', 100) from generate_series(1, 20000) n");
        database.awaitCounters("relname = 'grown' and n_mod_since_analyze = 20000");
        database.awaitCounters("relname = 'forgotten' and n_mod_since_analyze = 20000");
        assertThat(sizes("grown")).isEqualTo(measured("grown"));
        database.runAsSuperuser("select pg_stat_reset()");
        assertThat(sizes("forgotten")).isEqualTo(measured("forgotten"));
        database.run("analyze forgotten", "insert into forgotten values (0, '')", "vacuum analyze forgotten");
        assertThat(sizes("forgotten")).isEqualTo(measured("forgotten"));
    }

    private List<String> sizes(String table) {
        JsonNode report =
                JsonMapper.shared().readTree(health("--format", "json").output());
        return report.get("tables")
                .valueStream()
                .filter(node -> node.get("table").asString().equals("public." + table))
                .map(node -> node.get("dataBytes") + " | " + node.get("indexBytes"))
                .toList();
    }

    private List<String> measured(String table) {
        return database.query("select pg_table_size('%1$s'), pg_relation_size('%1$s_pkey')".formatted(table));
    }

    @Test
    void metrics_are_valid_for_the_collector() throws IOException, InterruptedException {
        Path file = folder.resolve("dbopt.prom");
        try (TestDatabase audited = TestDatabase.audited()) {
            CommandRun run = CommandRun.on(audited, "health", "--format", "prometheus", "--output", file.toString());
            run.assertSucceeded();
        }
        assertThat(Files.readString(file))
                .contains("# TYPE dbopt_health_findings gauge\n")
                .containsPattern(
                        "dbopt_health_findings\\{check=\"redundant_indexes\",database=\"[^\"]+\",severity=\"warning\"\\} [0-9]+\n")
                .contains("target=\"Redundant indexes that the audit named\",unit=\"indexes\"} 6\n")
                .containsPattern("\ndbopt_oldest_transaction_age\\{database=\"[^\"]+\"\\} [0-9]+\n")
                .containsPattern("\ndbopt_oldest_multixact_age\\{database=\"[^\"]+\"\\} [0-9]+\n")
                .containsPattern("\ndbopt_sequence_used_ratio\\{database=\"[^\"]+\"\\} 0\\.[0-9]+\n")
                .containsPattern("\ndbopt_replication_slot_lag_bytes\\{database=\"[^\"]+\"\\} 0\n")
                .as("the sessions of others are hidden from this role")
                .doesNotContain("dbopt_longest_transaction_seconds");
        assertThat(folder).isDirectoryContaining("glob:**.prom").isDirectoryNotContaining("glob:**.tmp");
        judgedByPromtool(file);
    }

    private static void judgedByPromtool(Path file) throws IOException, InterruptedException {
        Path promtool = Path.of("/usr/bin/promtool");
        if (!Files.isExecutable(promtool)) {
            System.out.println("There is no " + promtool + ": the metrics are NOT judged by it.");
        }
        assumeTrue(Files.isExecutable(promtool), "no promtool");
        Process judge = new ProcessBuilder(promtool.toString(), "check", "metrics")
                .redirectInput(file.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(judge.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(judge.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(judge.exitValue()).isZero();
    }

    @Test
    void the_targets_of_the_plan_turn_from_fail_to_pass() {
        Path history = folder.resolve("history.jsonl");
        try (TestDatabase audited = TestDatabase.audited()) {
            assertThat(CommandRun.on(audited, "health", "--history", history.toString())
                            .output())
                    .containsPattern("Redundant indexes that the audit named +6 indexes +0 indexes +6 indexes  fail")
                    .containsPattern("Tables with stale or missing statistics +- +0 tables +7 tables  fail")
                    // there is nothing to count from yet
                    .doesNotContain("Sequential scans of metrics_prsurvey");
            CommandRun.on(audited, "migrate");
            CommandRun.on(audited, "maintain", "--cost-delay", "0");
            String scans = audited.query("select seq_scan from pg_stat_user_tables where relname = 'metrics_prsurvey'")
                    .get(0);
            audited.run("do $$ begin for i in 1..7 loop perform count(*) from metrics_prsurvey; end loop; end $$");
            audited.awaitCounters("relname = 'metrics_prsurvey' and seq_scan >= 7 + " + scans);
            assertThat(CommandRun.on(audited, "health", "--history", history.toString())
                            .output())
                    .containsPattern("Redundant indexes that the audit named +6 indexes +0 indexes +0 indexes  pass")
                    .containsPattern("Tables with stale or missing statistics +- +0 tables +0 tables  pass")
                    .containsPattern("Sequential scans of metrics_prsurvey .* - +9 scans +[79] scans  pass");
        }
    }

    @Test
    void a_role_that_can_only_connect_gets_unknown_for_data_it_cannot_read() {
        try (TestDatabase audited = TestDatabase.audited()) {
            CommandRun run = CommandRun.with(Map.of("FLYWAY_URL", audited.urlOfStranger()), "health");
            assertThat(run.error()).endsWith(" as stranger\n");
            assertThat(run.output())
                    .contains("unknown  unknown  tables: 7  this role may not see their statistics")
                    .contains("unknown  unknown  sequences: 14  this role may not read them")
                    .doesNotContain("permission denied")
                    .containsPattern("Redundant indexes that the audit named +6 indexes +0 indexes +6 indexes  fail")
                    .containsPattern("Tables with stale or missing statistics +- +0 tables +unknown  unknown")
                    .doesNotContain("Index-to-data ratio", "Index size of the six largest tables");
            run.assertSucceeded();
        }
    }

    @Test
    void an_index_is_compared_with_its_best_observed_size() {
        String evidence = folder.resolve("observations.jsonl").toString();
        try (TestDatabase churned = TestDatabase.empty()) {
            churned.run(
                    "create table t (id int, code text)",
                    "create index t_some on t (code) where id > 0",
                    "create index t_id on t (id)",
                    "insert into t select n, repeat(md5(n::text), 6) from generate_series(1, 60000) n");
            churned.run("vacuum analyze t");
            assertThat(CommandRun.on(churned, "observe", evidence).exitCode()).isZero();
            assertThat(CommandRun.on(churned, "health", "--evidence", evidence).output())
                    .containsPattern("Nothing found: .*Indexes larger than at their best");
            churned.run("delete from t where id % 10 <> 0");
            churned.run("vacuum analyze t");
            assertThat(CommandRun.on(churned, "observe", evidence).exitCode()).isZero();
            String today = LocalDate.now(ZoneOffset.UTC).toString();
            assertThat(CommandRun.on(churned, "health", "--evidence", evidence).output())
                    .containsPattern("WARNING  Indexes larger than at their best\n"
                            + "  warning  (9.[0-9]|10.[0-9])  public.t_some  1[0-9.]+ MB for 6,000 rows, [0-9]{4} bytes each; [0-9]{3} at its best \\("
                            + today + "\\); worse since " + today + "\n")
                    .contains("    reindex index concurrently public.t_some;\n");
            assertThat(CommandRun.on(churned, "health").output()).doesNotContain("at their best");
        }
    }

    @Test
    void a_broken_line_in_the_history_is_skipped_and_reported() throws IOException {
        Path history = folder.resolve("history.jsonl");
        health("--history", history.toString());
        Files.writeString(history, Files.readString(history) + "{\"at\":\"2026-");
        CommandRun run = health("--history", history.toString());
        run.assertSucceeded();
        assertThat(run.error())
                .endsWith("WARNING: line 2 of " + history + " is not an entry of a history and is skipped.\n");
        assertThat(Files.readAllLines(history)).hasSize(3).allMatch(line -> line.startsWith("{\"at\":"));
    }

    @Test
    void a_report_that_cannot_be_written_is_reported() {
        Path nowhere = folder.resolve("no/such/folder/report.html");
        CommandRun run = health("--format", "html", "--output", nowhere.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .endsWith("The report cannot be written to " + nowhere + ": there is no folder " + nowhere.getParent()
                        + ".\nNothing was changed in the database.\n");
    }

    @Test
    void a_failing_check_is_unknown_and_the_others_still_run() {
        Check broken = new Check("broken", "", "", "", "", Optional.empty(), "select 1 / 0");
        assertThat(CheckRun.findings(database, broken)).containsExactly("unknown | this check | division by zero");
    }

    @Test
    void nothing_is_changed_and_no_setting_remains() {
        List<String> before = database.schema();
        health();
        assertThat(database.schema()).isEqualTo(before);
    }

    @Test
    void the_embedded_database_is_used_only_on_request() {
        CommandRun run = CommandRun.with(Map.of(), "health");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error()).startsWith("No database configured. Nothing was done.");
    }
}
