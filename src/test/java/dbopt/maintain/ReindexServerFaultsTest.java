package dbopt.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.Await;
import dbopt.CommandRun;
import dbopt.OwnServer;
import dbopt.SmallDisk;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults during a rebuild that need a server of their own: a stop, a full disk, a lagging standby. */
@Tag("faults")
@Tag("long")
@EnabledOnOs(OS.LINUX)
@Timeout(600)
class ReindexServerFaultsTest {
    @TempDir
    private static Path folder;

    private static OwnServer server;

    private TestDatabase database;
    private Path file;

    @BeforeAll
    static void start() {
        server = OwnServer.start(folder.resolve("primary"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void bloatedIndex() throws IOException {
        database = server.empty();
        file = Files.createTempDirectory(folder, "run").resolve("rebuilds.jsonl");
        database.run(
                "create table orders (id int not null, code text not null)",
                "create index orders_code on orders (code)",
                "insert into orders select n, repeat(md5(n::text), 6) from generate_series(1, 60000) n",
                "delete from orders where id % 10 <> 0");
        database.run("vacuum analyze orders");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private CommandRun reindex() {
        return CommandRun.on(database, "maintain", "--reindex", "--rebuilds", file.toString());
    }

    private List<String> invalid() {
        return database.query("select indexrelid::regclass from pg_index where not indisvalid order by 1");
    }

    private void anIndexIsThere() {
        assertThat(database.query("select indisvalid from pg_index where indexrelid = 'orders_code'::regclass"))
                .containsExactly("t");
    }

    private void theSameCommandFinishes() {
        CommandRun run = reindex();
        assertThat(run.exitCode()).describedAs(run.output() + run.error()).isZero();
        anIndexIsThere();
        assertThat(invalid()).isEmpty();
        assertThat(Long.parseLong(
                        database.query("select pg_relation_size('orders_code')").get(0)))
                .isLessThan(4L << 20);
    }

    @ParameterizedTest
    @EnumSource
    void the_server_is_stopped(ReindexFaultsTest.Phase phase) throws SQLException {
        Connection blocker = database.connect();
        blocker.setAutoCommit(false);
        blocker.createStatement().execute(phase.blocker());
        CompletableFuture<CommandRun> running = CompletableFuture.supplyAsync(this::reindex);
        Await.until(
                () -> running.isDone()
                        || !database.query("select 1 from pg_stat_progress_create_index p where exists"
                                        + " (select from pg_class where relname = 'orders_code" + phase.leftover()
                                        + "')"
                                        + " and p.phase like 'waiting for%'")
                                .isEmpty(),
                () -> "the rebuild to wait");
        server.stopImmediately();
        CommandRun run = running.join();
        server.startAgain();
        assertThat(run.exitCode()).describedAs(run.output() + run.error()).isEqualTo(3);
        assertThat(run.error()).doesNotContain("\tat ");
        anIndexIsThere();
        invalid().forEach(index -> assertThat(CommandRun.on(database, "maintain", "--reindex", "--dry-run")
                        .output())
                .contains("drop index concurrently public." + index + ";"));
        theSameCommandFinishes();
    }

    @Test
    void the_disk_of_the_index_is_full() throws IOException {
        try (SmallDisk small = SmallDisk.in(folder, "64m")) {
            Path tablespace = Files.createDirectory(small.path().resolve("tablespace"));
            server.run("create tablespace small location '" + tablespace + "'");
            server.run("alter database " + database.name() + " set tablespace small");
            small.fill();
            CommandRun run = reindex();
            assertThat(run.exitCode()).describedAs(run.output() + run.error()).isEqualTo(4);
            assertThat(run.error()).contains("No space left on device", "To do the rest, run the same command again.");
            small.empty();
            anIndexIsThere();
            theSameCommandFinishes();
            server.run("alter database " + database.name() + " set tablespace pg_default", "drop tablespace small");
        }
    }

    @Test
    void the_disk_of_the_file_of_rebuilds_is_full() throws IOException {
        try (SmallDisk small = SmallDisk.in(folder, "64k")) {
            file = small.path().resolve("rebuilds.jsonl");
            Files.createFile(file);
            small.fill();
            CommandRun run = reindex();
            assertThat(run.exitCode()).describedAs(run.output() + run.error()).isEqualTo(2);
            assertThat(run.error())
                    .contains("cannot be written", "What was rebuilt before stays so; nothing else was changed.");
            assertThat(invalid()).isEmpty();
            small.empty();
            theSameCommandFinishes();
        }
    }

    /** The receiver of the standby stands still, so that the primary's log runs away from it. */
    @Test
    void a_standby_lags() throws IOException {
        try (OwnServer standby = server.startStandby(folder.resolve("standby"))) {
            String receiver = "select pid from pg_stat_wal_receiver";
            TestDatabase there = standby.same(database);
            Await.until(() -> there.query(receiver).size() == 1, () -> "the standby to stream");
            String pid = there.query(receiver).get(0);
            assertThat(SmallDisk.isDone("kill", "-STOP", pid)).isTrue();
            try {
                for (int segment = 0; segment < 66; segment++) {
                    server.run("select pg_logical_emit_message(false, 'test', 'x')", "select pg_switch_wal()");
                    if (segment % 8 == 7) {
                        server.run("checkpoint");
                    }
                }
                Map<String, String> superuser =
                        Map.of("FLYWAY_URL", database.url(), "FLYWAY_USER", "postgres", "FLYWAY_PASSWORD", "postgres");
                String lag = "the standby .* is 1[0-9]{3} MB behind\n";
                assertThat(CommandRun.with(superuser, "maintain", "--reindex", "--dry-run")
                                .output())
                        .containsPattern("Blocking any rebuild right now:\n  " + lag);
                CommandRun run = CommandRun.with(superuser, "maintain", "--reindex", "--rebuilds", file.toString());
                assertThat(run.exitCode()).isEqualTo(4);
                assertThat(run.error()).containsPattern("public.orders_code: " + lag);
                assertThat(invalid()).isEmpty();
            } finally {
                SmallDisk.isDone("kill", "-CONT", pid);
            }
        }
        theSameCommandFinishes();
    }
}
