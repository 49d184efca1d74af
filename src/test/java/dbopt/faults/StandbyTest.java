package dbopt.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.OwnServer;
import dbopt.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/** Read-only commands work on a standby too, and say what a standby knows and what it does not. */
@Tag("faults")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class StandbyTest {
    @TempDir
    private static Path folder;

    private static OwnServer server;
    private static TestDatabase database;
    private static JsonNode auditedBefore;
    private static List<String> metricsBefore;

    @BeforeAll
    static void becomeStandby() {
        server = OwnServer.start(folder);
        database = server.audited();
        database.run(
                "create table worn as select n from generate_series(1, 20000) n",
                "analyze",
                "delete from worn where n > 2000",
                "create table never_analysed as select generate_series(1, 1000) as n");
        assertThat(CommandRun.on(database, "health").output())
                .contains("WARNING  Dead rows", "public.worn", "never analysed");
        auditedBefore = audit();
        metricsBefore = metrics();
        server.becomeStandby();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode audit() {
        CommandRun run = CommandRun.on(database, "audit", "--format", "json");
        assertThat(run.exitCode()).as(run.error()).isZero();
        return JsonMapper.shared().readTree(run.output());
    }

    private static List<String> proven(JsonNode report) {
        return report.path("redundantIndexes")
                .valueStream()
                .map(index -> index.path("dropSql").asString() + index.path("coveredBy") + index.path("sizeBytes"))
                .toList();
    }

    @Test
    void the_audit_finds_the_same_and_says_whose_scans_it_counts() {
        JsonNode report = audit();
        assertThat(proven(report)).hasSize(26).isEqualTo(proven(auditedBefore));
        assertThat(report.path("needsReview")).isEqualTo(auditedBefore.path("needsReview"));
        String text = CommandRun.on(database, "audit").output();
        assertThat(text)
                // PostgreSQL 14 knows the day
                .containsPattern(
                        "\\nScans are counted on this standby alone, since (an unknown time|[-0-9]+); an index without a number had no scan\\.\\n");
    }

    @Test
    void the_audit_fails_a_pipeline_on_a_standby_as_on_the_primary() {
        assertThat(CommandRun.on(database, "audit", "--fail-on", "any").exitCode())
                .isEqualTo(1);
    }

    @Tag("long")
    @Test
    void a_twin_can_be_created_from_a_standby() {
        Map<String, String> environment = new HashMap<>(database.address());
        environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        environment.put("PATH", System.getenv("PATH"));
        CommandRun run = CommandRun.with(environment, "rehearse", "--check");
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(run.output()).contains(": of 31 statements, 31 have the same plan in the twin");
    }

    @Test
    void health_reports_checks_with_primary_only_counters_as_unknown() {
        CommandRun run = CommandRun.on(database, "health");
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(run.output())
                .contains(
                        """
                        UNKNOWN  Autovacuum falls behind
                          unknown  unknown  this standby  autovacuum runs on the primary, which alone counts its work: run this there
                        """,
                        """
                        UNKNOWN  Dead rows
                          unknown  unknown  this standby  only the primary counts updated and deleted rows: run this there
                        """,
                        """
                        WARNING  Stale or missing statistics
                          warning   0 rows  public.never_analysed  never analysed
                          unknown  unknown  this standby           only the primary counts what changed since its statistics were made: run this there
                        """,
                        "; this server is a replica, the primary counts for itself\n")
                .containsPattern("Tables with stale or missing statistics +- +0 tables +unknown +unknown\n")
                .doesNotContain("the counters were lost")
                .doesNotContainPattern("Nothing found:.*(Autovacuum falls behind|Dead rows|Stale)");
    }

    @Test
    void the_metrics_are_the_same_except_for_primary_only_counters() {
        assertThat(metricsBefore)
                .contains(
                        "dbopt_oldest_transaction_age gauge",
                        "dbopt_replication_slot_lag_bytes gauge",
                        "dbopt_dead_rows gauge");
        List<String> expected = new ArrayList<>(metricsBefore);
        expected.remove("dbopt_dead_rows gauge");
        assertThat(metrics()).containsExactlyElementsOf(expected);
    }

    private static List<String> metrics() {
        return CommandRun.on(database, "health", "--format", "prometheus")
                .output()
                .lines()
                .filter(line -> line.startsWith("# TYPE ")
                        && !line.contains("longest_transaction")) // unknown if other roles have sessions
                .map(line -> line.replaceFirst("# TYPE ", ""))
                .toList();
    }

    @Test
    void health_fails_on_the_checks_that_a_standby_can_answer() {
        assertThat(CommandRun.on(database, "health", "--fail-on", "warning").exitCode())
                .isEqualTo(1);
    }

    @Test
    void migrate_and_undo_are_refused_immediately() {
        for (String command : List.of("migrate", "undo --target 2")) {
            CommandRun run = CommandRun.on(database, command.split(" "));
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.error())
                    .endsWith(
                            """
                            dbopt %s cannot run here: this server is a standby, which is read-only. Changes on its primary are replicated here.
                            Nothing was changed. Give the address of the primary.
                            """
                                    .formatted(command.replaceFirst(" .*", "")));
        }
    }

    @Test
    void maintain_says_that_it_must_run_on_the_primary() {
        for (String command : List.of("maintain", "maintain --dry-run")) {
            CommandRun run = CommandRun.on(database, command.split(" "));
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.error())
                    .isEqualTo(
                            """
                            This server is a standby, which is read-only: ANALYZE and VACUUM run on its primary, and their effects are replicated here.
                            Nothing was changed. Give the address of the primary.
                            """);
        }
    }
}
