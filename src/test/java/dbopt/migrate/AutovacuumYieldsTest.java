package dbopt.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.Await;
import dbopt.CommandRun;
import dbopt.OwnServer;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** An autovacuum that is at work on a partition for minutes does not keep the index. */
@Tag("long")
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class AutovacuumYieldsTest {
    private static final String AT_WORK =
            "select relid::regclass from pg_stat_progress_vacuum where relid = 't_low'::regclass";

    @TempDir
    private Path folder;

    @Test
    void autovacuum_yields_to_the_drop_of_a_partitioned_index() throws IOException {
        try (OwnServer server = OwnServer.start(
                        folder.resolve("server"), Map.of("autovacuum", "on", "autovacuum_naptime", "1s"));
                TestDatabase database = server.empty()) {
            database.run(
                    "create table t (a int, b int) partition by range (a)",
                    "create table t_low partition of t for values from (0) to (100000)",
                    "create index t_a on t (a)",
                    "create index t_a_b on t (a, b)",
                    "insert into t select a, 1 from generate_series(1, 50000) a");
            Path db = Files.createDirectories(folder.resolve("db/migration")).getParent();
            Files.writeString(
                    db.resolve("flyway.conf"),
                    """
                    flyway.locations=filesystem:db/migration,filesystem:db/undo,filesystem:db/callback
                    flyway.baselineOnMigrate=true
                    """);
            CommandRun.in(
                            folder,
                            database,
                            "audit",
                            "--scaffold",
                            db.toString(),
                            "--with-guard",
                            "--index",
                            "t_a",
                            "--version",
                            "2")
                    .assertSucceeded();
            database.run(
                    "alter table t_low set (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)",
                    "delete from t where a % 2 = 0");
            Await.until(() -> !database.query(AT_WORK).isEmpty(), () -> "autovacuum to begin");
            CommandRun migrated = CommandRun.in(folder, database, "migrate");
            assertThat(migrated.exitCode()).as(migrated.error()).isZero();
            assertThat(migrated.error()).contains("public.t_a is dropped (first try).");
            assertThat(database.query("select to_regclass('t_a')::text is null"))
                    .isEqualTo(List.of("t"));
        }
    }
}
