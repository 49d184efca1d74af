package dbopt.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.Await;
import dbopt.CommandRun;
import dbopt.OwnServer;
import dbopt.TestDatabase;
import dbopt.evidence.NodeState;
import dbopt.evidence.Observation;
import dbopt.evidence.ObservationReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Observations of a primary and its streaming standby through restarts, resets and a promotion. */
@Tag("faults")
@EnabledOnOs(OS.LINUX)
@TestMethodOrder(OrderAnnotation.class)
@Timeout(300)
class ClusterTest {
    @TempDir
    private static Path folder;

    private static OwnServer primary;
    private static OwnServer standby;
    private static TestDatabase onPrimary;
    private static TestDatabase onStandby;

    @BeforeAll
    static void start() {
        primary = OwnServer.start(folder);
        primary.run("alter system set shared_preload_libraries = pg_stat_statements");
        onPrimary = primary.empty();
        onPrimary.run(
                "create table t (a int, b int, c int, d int)",
                "create index t_a on t (a)",
                "create index t_b on t (b)",
                "create index t_c on t (c)",
                "create index t_d on t (d)",
                "insert into t select n, n, n, n from generate_series(1, 10000) n",
                "analyze t");
        onPrimary.runAsSuperuser("create extension pg_stat_statements");
        standby = primary.startStandby(folder.resolve("standby"));
        onStandby = standby.same(onPrimary);
        Await.until(
                () -> onPrimary
                        .query("select count(*) from pg_stat_replication")
                        .contains("1"),
                () -> "the standby streams");
        // PostgreSQL 14 counts from the first report on
        for (TestDatabase database : List.of(onPrimary, onStandby)) {
            Await.until(
                    () -> database.query(
                                    "select current_setting('server_version_num')::int >= 150000 or stats_reset is not null from pg_stat_database where datname = current_database()")
                            .contains("t"),
                    () -> "the first report");
        }
    }

    @AfterAll
    static void stop() {
        standby.close();
        primary.close();
    }

    private static List<Observation> observe(TestDatabase first, TestDatabase other) {
        return observe(folder.resolve("observations.jsonl"), first, other);
    }

    private static List<Observation> observe(Path file, TestDatabase first, TestDatabase other) {
        CommandRun run = CommandRun.on(first, "observe", file.toString(), "--node", other.url());
        assertThat(run.exitCode()).as(run.error()).isZero();
        List<Observation> found = new ArrayList<>();
        ObservationReader.read(file, found::add, warning -> {
            throw new AssertionError(warning);
        });
        return found.subList(found.size() - 2, found.size());
    }

    @Test
    @Order(1)
    void primary_and_standby_are_one_cluster_and_each_has_its_own_counters() {
        List<Observation> seen = observe(onPrimary, onStandby);
        NodeState first = seen.get(0).state();
        NodeState second = seen.get(1).state();
        assertThat(first.cluster()).isEqualTo(second.cluster());
        assertThat(first.recovery()).isFalse();
        assertThat(first.standbys()).hasSize(1);
        assertThat(second.recovery()).isTrue();
        assertThat(second.receiving()).isTrue();
        assertThat(first.timeline()).isEqualTo(second.timeline());
        assertThat(first.serverReset()).isPresent().isNotEqualTo(second.serverReset());
        assertThat(first.started()).isNotEqualTo(second.started());
        assertThat(seen.get(0).indexes())
                .hasSize(4)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("bytes")
                .isEqualTo(seen.get(1).indexes());
    }

    @Test
    @Order(2)
    void statements_are_kept_without_passwords_and_hidden_ones_are_counted() throws IOException {
        onPrimary.runAsSuperuser(
                "alter role application password '" + TestDatabase.PASSWORD + "'", "select 'hidden', 1");
        onPrimary.run("/* of the application */ select count(*) from t where a = 4711");
        Path file = folder.resolve("statements.jsonl");
        Observation seen = observe(file, onPrimary, onStandby).get(0);
        assertThat(seen.statements())
                .filteredOn(statement -> statement.text().contains("from t where a ="))
                .singleElement()
                .satisfies(statement -> {
                    assertThat(statement.text()).contains("$1").doesNotContain("4711");
                    assertThat(statement.role()).isEqualTo(TestDatabase.OWNER);
                    assertThat(statement.calls()).isOne();
                    assertThat(statement.blocks()).isPositive();
                });
        assertThat(seen.statementSource().hidden()).isPositive();
        assertThat(seen.statementSource().discarded()).hasValue(0L);
        onPrimary.runAsSuperuser("grant pg_read_all_stats to application");
        Observation all = observe(file, onPrimary, onStandby).get(0);
        onPrimary.runAsSuperuser("revoke pg_read_all_stats from application");
        assertThat(all.statementSource().hidden()).isZero();
        assertThat(all.statements()).hasSizeGreaterThan(seen.statements().size());
        assertThat(Files.readString(file))
                .doesNotContain(TestDatabase.PASSWORD)
                .doesNotContainIgnoringCase("alter role");
    }

    /** The planner reads the ends of an index if a bound is beyond the histogram, which counts as a scan of the index. */
    @Test
    @Order(3)
    void only_an_index_that_neither_node_has_scanned_is_unused() throws IOException {
        Path alone = folder.resolve("primary-alone.jsonl");
        Path both = folder.resolve("both.jsonl");
        assertThat(CommandRun.on(onPrimary, "observe", alone.toString()).exitCode())
                .isZero();
        observe(both, onPrimary, onStandby);
        for (Path file : List.of(alone, both)) {
            age(file, 40);
        }
        onPrimary.run("insert into t select n, n, n, n from generate_series(1, 10000) n");
        scan(onPrimary, "explain select * from t where d > 1000000");
        onPrimary.awaitCounters("relname = 't' and n_tup_ins = 20000 and idx_scan >= 1");
        onPrimary.run("reindex index concurrently t_c");
        String inserted = onPrimary.query("select pg_current_wal_lsn()").get(0);
        Await.until(
                () -> onStandby
                        .query("select pg_last_wal_replay_lsn() >= '" + inserted + "'")
                        .contains("t"),
                () -> "the standby has all");
        for (int read = 0; read < 50; read++) {
            scan(onStandby, "select count(*) from t where b = 7");
        }
        onStandby.awaitCounters("relname = 't' and idx_scan >= 50");
        assertThat(CommandRun.on(onPrimary, "observe", alone.toString()).exitCode())
                .isZero();
        observe(both, onPrimary, onStandby);

        JsonNode report = audit(both);
        assertThat(report.path("unusedIndexes").valueStream())
                .as(report.toPrettyString())
                .singleElement()
                .satisfies(unused -> {
                    assertThat(unused.path("index").asString()).isEqualTo("t_a");
                    assertThat(unused.path("nodes")).hasSize(2);
                });
        assertThat(report.path("unknownIndexes").valueStream()).singleElement().satisfies(unknown -> {
            assertThat(unknown.path("index").asString()).isEqualTo("t_c");
            assertThat(unknown.path("missing").asString()).contains("(the index was rebuilt before");
        });
        JsonNode blind = audit(alone);
        assertThat(blind.path("unusedIndexes")).isEmpty();
        assertThat(blind.path("unknownIndexes").valueStream())
                .filteredOn(unknown -> unknown.path("index").asString().equals("t_b"))
                .singleElement()
                .extracting(unknown -> unknown.path("missing").asString())
                .asString()
                .startsWith("1 standby streams from the nodes (walreceiver");
    }

    /** The nodes in the file of observations are queried without being named on the command line. */
    @Test
    @Order(4)
    void migrate_also_checks_the_standby_before_it_drops_an_unused_index() throws IOException {
        Path file = folder.resolve("both.jsonl");
        Path project = Files.createDirectories(folder.resolve("project"));
        Files.createDirectories(project.resolve("db/migration"));
        Files.writeString(
                project.resolve("db/flyway.conf"),
                "flyway.locations=filesystem:db/migration\nflyway.baselineOnMigrate=true\nflyway.defaultSchema=public\n");
        CommandRun scaffolded = CommandRun.in(
                project,
                onPrimary,
                "audit",
                "--evidence",
                file.toString(),
                "--scaffold",
                project.resolve("db").toString(),
                "--index",
                "t_a");
        assertThat(scaffolded.exitCode()).as(scaffolded.error()).isZero();
        for (int read = 0; read < 3; read++) {
            scan(onStandby, "select count(*) from t where a = 7");
        }
        onStandby.awaitCounters("relname = 't' and idx_scan >= 53");
        CommandRun refused = CommandRun.in(project, onPrimary, "migrate", "--evidence", file.toString());
        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.error())
                .contains("V2, public.t_a: a node has scanned it, the last time before ")
                .contains("Nothing was changed.");
        assertThat(onPrimary.indexes()).anyMatch(index -> index.contains(" t_a "));
    }

    private static void scan(TestDatabase database, String statement) {
        try (Connection session = database.connect();
                Statement asked = session.createStatement()) {
            asked.execute("set enable_seqscan = off");
            asked.execute("set enable_bitmapscan = off");
            asked.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Order(5)
    void the_statements_of_both_nodes_are_evidence_for_or_against_a_pattern_index() throws IOException {
        onPrimary.run(
                "create table named (id int, \"Nick name\" text, other text)",
                "create index named_nick on named (\"Nick name\")",
                "create index named_nick_like on named (\"Nick name\" text_pattern_ops)",
                "create index named_other on named (other)",
                "create index named_other_like on named (other text_pattern_ops)");
        onPrimary.runAsSuperuser("grant pg_read_all_stats to application");
        Path file = folder.resolve("patterns.jsonl");
        observe(file, onPrimary, onStandby);
        onPrimary.run("select count(*) from named where other = 'x' and \"Nick name\" ^@ 'y'");
        observe(file, onPrimary, onStandby);
        assertThat(statements(file, "named_nick_like"))
                .startsWith(
                        "against: 1 with a pattern names its table and column, such as: select count(*) from named");
        // only a person can see that the statement compares the column for equality
        assertThat(statements(file, "named_other_like")).startsWith("against: 1 with a pattern");
        Path later = folder.resolve("later.jsonl");
        onPrimary.runAsSuperuser("select pg_stat_statements_reset()");
        observe(later, onPrimary, onStandby);
        onPrimary.run("select count(*) from named where other = 'x'", "select count(*) from t where a::text like 'x%'");
        observe(later, onPrimary, onStandby);
        assertThat(statements(later, "named_other_like"))
                .matches("for: none of [0-9]+ has a pattern on its column; what views and functions hide is not seen");
        onPrimary.runAsSuperuser("select pg_stat_statements_reset()");
        observe(later, onPrimary, onStandby);
        assertThat(statements(later, "named_other_like"))
                .matches("unknown: localhost:[0-9]+/.*: pg_stat_statements was reset meanwhile");
        onPrimary.runAsSuperuser("revoke pg_read_all_stats from application");
        onPrimary.run("drop table named");
    }

    private static String statements(Path file, String index) {
        return audit(file)
                .path("needsReview")
                .valueStream()
                .filter(finding -> finding.path("index").asString().equals(index))
                .flatMap(finding -> finding.path("evidence").valueStream())
                .filter(found -> found.path("about").asString().equals("statements"))
                .map(found -> found.path("says").asString() + ": "
                        + found.path("words").asString())
                .findFirst()
                .orElseThrow();
    }

    /** Moves the times of the observations into the past by this much. */
    private static void age(Path file, int days) throws IOException {
        Files.writeString(
                file,
                Pattern.compile("(?<=\"at\":\")[^\"]+")
                        .matcher(Files.readString(file))
                        .replaceAll(at -> Instant.parse(at.group())
                                .minus(Duration.ofDays(days))
                                .toString()));
    }

    private static JsonNode audit(Path file) {
        return audit(onPrimary, file);
    }

    /** Why an index is not called unused although its counter has not changed in 40 days. */
    private static String missing(TestDatabase database, Path file) {
        return audit(database, file)
                .path("unknownIndexes")
                .valueStream()
                .filter(unknown -> unknown.path("index").asString().equals("t_d"))
                .findFirst()
                .orElseThrow()
                .path("missing")
                .asString();
    }

    private static JsonNode audit(TestDatabase database, Path file) {
        CommandRun run = CommandRun.on(database, "audit", "--evidence", file.toString(), "--format", "json");
        assertThat(run.exitCode()).as(run.error()).isZero();
        return JsonMapper.shared().readTree(run.output());
    }

    @Test
    @Order(6)
    void a_clean_restart_keeps_the_counters_and_an_immediate_stop_does_not() throws IOException {
        Path file = folder.resolve("stopped.jsonl");
        observe(file, onPrimary, onStandby);
        age(file, 40);
        NodeState before = observe(onPrimary, onStandby).get(0).state();
        primary.stopCleanly();
        primary.startAgain();
        NodeState clean = observe(onPrimary, onStandby).get(0).state();
        assertThat(clean.started()).isNotEqualTo(before.started());
        assertThat(clean.serverReset()).isEqualTo(before.serverReset());
        assertThat(clean.databaseReset()).isEqualTo(before.databaseReset());
        primary.stopImmediately();
        primary.startAgain();
        NodeState crashed = observe(onPrimary, onStandby).get(0).state();
        assertThat(crashed.serverReset()).isNotEqualTo(before.serverReset());
        observe(file, onPrimary, onStandby);
        assertThat(audit(file).path("unusedIndexes")).isEmpty();
        assertThat(missing(onPrimary, file)).contains("were reset or lost before)");
    }

    @Test
    @Order(7)
    void a_reset_of_one_object_is_detected() {
        NodeState before = observe(onPrimary, onStandby).get(0).state();
        onPrimary.runAsSuperuser("select pg_stat_reset_single_table_counters('t_a'::regclass)");
        Await.until(
                () -> !observe(onPrimary, onStandby)
                        .get(0)
                        .state()
                        .databaseReset()
                        .equals(before.databaseReset()),
                () -> "the time of the reset");
        NodeState single = observe(onPrimary, onStandby).get(0).state();
        assertThat(single.serverReset()).isEqualTo(before.serverReset());
    }

    @Test
    @Order(8)
    void a_promotion_is_detected_and_restarts_the_evidence() throws IOException {
        Path file = folder.resolve("promoted.jsonl");
        observe(file, onPrimary, onStandby);
        age(file, 40);
        primary.stopCleanly();
        standby.promote();
        primary.startAgain();
        List<Observation> seen = observe(onStandby, onPrimary);
        assertThat(seen.get(0).state().recovery()).isFalse();
        assertThat(seen.get(0).state().timeline())
                .isGreaterThan(seen.get(1).state().timeline());
        assertThat(CommandRun.on(onStandby, "observe", file.toString()).exitCode())
                .isZero();
        assertThat(audit(onStandby, file).path("unusedIndexes")).isEmpty();
        assertThat(missing(onStandby, file)).contains("changed its role or timeline before, by a failover)");
    }
}
