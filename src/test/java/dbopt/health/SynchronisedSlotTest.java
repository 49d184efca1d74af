package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dbopt.Await;
import dbopt.OwnServer;
import dbopt.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** From PostgreSQL 17 on a standby may hold a copy of the primary's slots. A copy is not read there and cannot be dropped. */
@EnabledOnOs(OS.LINUX)
@Timeout(180)
class SynchronisedSlotTest {
    @TempDir
    private Path folder;

    @Test
    void a_synchronised_slot_is_not_reported_as_unused_but_a_slot_of_the_standby_is() throws SQLException {
        try (OwnServer primary = OwnServer.start(folder.resolve("primary"))) {
            TestDatabase database = primary.empty();
            assumeTrue(
                    Integer.parseInt(database.query("show server_version_num").get(0)) >= 170000, "none before 17");
            primary.run("alter system set wal_level = 'logical'");
            try (OwnServer standby = primary.startStandby(folder.resolve("standby"))) {
                primary.run("select pg_create_physical_replication_slot('for_the_standby')");
                String address = standby.same(database)
                        .query("select setting from pg_settings where name = 'primary_conninfo'")
                        .get(0);
                standby.run(
                        "alter system set primary_conninfo = '%s dbname=postgres'".formatted(address),
                        "alter system set primary_slot_name = 'for_the_standby'",
                        "alter system set hot_standby_feedback = on");
                standby.stopCleanly();
                standby.startAgain();
                primary.run("select pg_create_logical_replication_slot('followed', 'pgoutput', false, false, true)");
                Await.until(() -> isSynchronised(primary, standby, database), () -> "the slot on the standby");
                standby.run("select pg_create_physical_replication_slot('forgotten', true)");
                assertThat(CheckRun.findings(
                                standby.same(database).connectAsSuperuser(), CheckRun.check("replication_slots")))
                        .isEqualTo(List.of("warning | forgotten | physical slot, not read"));
            }
        }
    }

    /** The copy persists once the slot's position on the primary is one that the standby has replayed. */
    private static boolean isSynchronised(OwnServer primary, OwnServer standby, TestDatabase database) {
        primary.run(
                "select pg_log_standby_snapshot()",
                "select pg_replication_slot_advance('followed', pg_current_wal_lsn())");
        try {
            standby.run("select pg_sync_replication_slots()");
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining("is ahead of the standby position");
            return false;
        }
        return !standby.same(database)
                .query("select slot_name from pg_replication_slots where synced and not temporary")
                .isEmpty();
    }
}
