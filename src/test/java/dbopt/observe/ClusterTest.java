package dbopt.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.OwnServer;
import dbopt.TestDatabase;
import dbopt.evidence.NodeState;
import dbopt.evidence.Observation;
import dbopt.evidence.ObservationReader;
import dbopt.faults.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/** Observations of a primary and a standby that streams from it, through what may happen to them. */
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
        onPrimary = primary.empty();
        onPrimary.run("create table t (a int, b int)", "create index t_a on t (a)", "create index t_b on t (b)");
        standby = primary.startStandby(folder.resolve("standby"));
        onStandby = standby.same(onPrimary);
        Await.until(
                () -> onPrimary
                        .query("select count(*) from pg_stat_replication")
                        .contains("1"),
                () -> "the standby streams");
    }

    @AfterAll
    static void stop() {
        standby.close();
        primary.close();
    }

    private List<Observation> observe(TestDatabase first, TestDatabase other) {
        Path file = folder.resolve("observations.jsonl");
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
    void both_are_of_one_cluster_and_each_has_its_own_counters() {
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
                .hasSize(2)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("bytes")
                .isEqualTo(seen.get(1).indexes());
    }

    @Test
    @Order(2)
    void a_clean_restart_keeps_the_counters_and_an_immediate_stop_does_not() {
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
    }

    @Test
    @Order(3)
    void a_reset_of_one_object_shows() {
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
    @Order(4)
    void a_promotion_shows() {
        observe(onPrimary, onStandby);
        primary.stopCleanly();
        standby.promote();
        primary.startAgain();
        List<Observation> seen = observe(onStandby, onPrimary);
        assertThat(seen.get(0).state().recovery()).isFalse();
        assertThat(seen.get(0).state().timeline())
                .isGreaterThan(seen.get(1).state().timeline());
    }
}
