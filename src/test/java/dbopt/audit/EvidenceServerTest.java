package dbopt.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a server counts as use of an index, and what restarts the evidence: 40 days, and the verdicts of the audit. */
@Timeout(120)
class EvidenceServerTest {
    private static final Pattern AT = Pattern.compile("(?<=\"at\":\")[^\"]+");

    @TempDir
    private Path folder;

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    private Path file;

    @BeforeEach
    void make() throws IOException {
        file = folder.resolve("observations.jsonl");
        database.run(
                "create table parent (id int primary key)",
                "create table t (a int, p int references parent, key int, code int)",
                "create index t_a on t (a)",
                "create index t_p on t (p)",
                "create unique index t_key on t (key)",
                "create unique index t_code on t (code)",
                "create table measured (at date, a int, b int) partition by range (at)",
                "create table measured_1 partition of measured for values from ('2026-01-01') to ('2026-02-01')",
                "create table measured_2 partition of measured for values from ('2026-02-01') to ('2026-03-01')",
                "create index measured_a on measured (a)",
                "create index measured_b on measured (b)",
                "insert into parent select n from generate_series(1, 1000) n");
        database.awaitCounters("relname = 'parent' and n_tup_ins = 1000");
        observe();
        Files.writeString(file, AT.matcher(Files.readString(file)).replaceAll(at -> Instant.parse(at.group())
                .minus(Duration.ofDays(40))
                .toString()));
    }

    private void observe() {
        CommandRun run = CommandRun.on(database, "observe", file.toString());
        assertThat(run.exitCode()).as(run.error()).isZero();
    }

    /** Reads and writes that use no index, followed by the given statements. */
    private void work(String... more) {
        try (Connection session = database.connect();
                Statement statement = session.createStatement()) {
            statement.execute("insert into t (a, key, code) select n, n, n from generate_series(1, 500) n");
            statement.execute(
                    "insert into measured select '2026-01-02'::date + n % 50, n, n from generate_series(1, 500) n");
            for (int read = 0; read < 50; read++) {
                statement.execute("select count(p) from t");
                statement.execute("select count(at) from measured");
            }
            statement.execute("set enable_seqscan = off");
            statement.execute("set enable_bitmapscan = off");
            for (String one : more) {
                statement.execute(one);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        database.awaitCounters("relname = 't' and n_tup_ins >= 500 and seq_scan >= 50");
        database.awaitCounters("relname = 'measured_2' and n_tup_ins > 0 and seq_scan >= 50");
    }

    /** The verdict on each index by name: unused, or the code of the missing evidence; indexes in use are left out. */
    private Map<String, String> judged() {
        CommandRun run = CommandRun.on(database, "audit", "--evidence", file.toString(), "--format", "json");
        assertThat(run.exitCode()).as(run.error()).isZero();
        JsonNode report = JsonMapper.shared().readTree(run.output());
        Map<String, String> judged = new TreeMap<>();
        report.path("unusedIndexes")
                .forEach(index -> judged.put(index.path("index").asString(), "unused"));
        for (String list : new String[] {"needsReview", "unknownIndexes"}) {
            report.path(list)
                    .forEach(index -> judged.put(
                            index.path("index").asString(), index.path("code").asString()));
        }
        return judged;
    }

    private String missing(String index) {
        CommandRun run = CommandRun.on(database, "audit", "--evidence", file.toString(), "--format", "json");
        return JsonMapper.shared()
                .readTree(run.output())
                .path("unknownIndexes")
                .valueStream()
                .filter(unknown -> unknown.path("index").asString().equals(index))
                .findFirst()
                .orElseThrow()
                .path("missing")
                .asString();
    }

    @Test
    void an_index_that_nothing_scans_is_unused_or_has_a_reason_to_stay() {
        work();
        observe();
        assertThat(judged())
                .containsEntry("t_a", "unused")
                .containsEntry("t_p", "supports_foreign_key")
                .containsEntry("t_key", "unique")
                .containsEntry("t_code", "unique")
                .containsEntry("measured_a", "unused")
                .containsEntry("measured_b", "unused")
                .doesNotContainKeys("measured_1_a_idx", "measured_2_a_idx");
    }

    @Test
    void on_conflict_a_deleted_parent_and_one_scanned_partition_count_as_use() {
        work(
                "insert into t (key, code) values (7, 501) on conflict (key) do nothing",
                "delete from parent where id = 900",
                "select count(*) from measured_2 where a = 49");
        database.awaitCounters("relname = 'measured_2' and idx_scan > 0");
        database.awaitCounters("relname = 't' and idx_scan > 1");
        observe();
        assertThat(database.query("select count(*) from t where key = 7 or code = 501"))
                .containsExactly("1");
        assertThat(judged())
                .containsEntry("t_a", "unused")
                // the arbiter index was used; code 501 stayed unique without an index scan
                .doesNotContainKey("t_key")
                .containsEntry("t_code", "unique")
                .doesNotContainKey("t_p")
                .doesNotContainKey("measured_a")
                .containsEntry("measured_b", "unused");
    }

    @Test
    void a_new_name_does_not_restart_the_evidence_and_a_new_definition_does() {
        database.run("alter index t_a rename to t_renamed");
        work();
        observe();
        assertThat(judged()).containsEntry("t_renamed", "unused");
        database.run("drop index t_renamed", "create index t_renamed on t (a, key)");
        assertThat(judged()).containsEntry("t_renamed", "definition_changed");
        observe();
        assertThat(judged()).containsEntry("t_renamed", "too_short");
        assertThat(missing("t_renamed")).contains("(the definition of the index changed before)");
    }

    @Test
    void a_reset_of_all_counters_restarts_the_evidence() {
        work();
        database.runAsSuperuser("select pg_stat_reset()");
        database.awaitCounters("relname = 't' and seq_scan = 0");
        observe();
        assertThat(judged().values()).doesNotContain("unused");
        assertThat(missing("t_a"))
                .matches(
                        "no scan in 0\\.0 of 35 days, since [^ ]+ \\(the counters of localhost:[0-9]+/%s were reset or lost before\\); if there is still none, this is enough on [-0-9]+"
                                .formatted(database.name()));
    }

    /** The server records only a reset time of the database, not which object was reset. */
    @Test
    void a_reset_of_the_counters_of_one_index_restarts_the_evidence() {
        work("select count(*) from t where a = 7");
        database.awaitCounters("relname = 't' and idx_scan > 0");
        database.runAsSuperuser("select pg_stat_reset_single_table_counters('t_a'::regclass)");
        database.awaitCounters("relname = 't' and idx_scan = 0");
        observe();
        assertThat(judged()).containsEntry("t_a", "too_short");
        assertThat(missing("t_a")).contains("were reset or lost before");
    }
}
