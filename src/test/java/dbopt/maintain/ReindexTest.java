package dbopt.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.Await;
import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReindexTest {
    /** Keys of 192 bytes: an index of 14 MB, of which a tenth is needed after the deletes. */
    private static final String ROWS =
            "insert into %s select n, repeat(md5(n::text), 6) from generate_series(1, 60000) n";

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    @TempDir
    private Path folder;

    private String file;

    @BeforeEach
    void bloatedIndex() {
        file = folder.resolve("rebuilds.jsonl").toString();
        database.run(
                "create table orders (id int not null, code text not null)",
                "create index orders_code on orders (code)",
                ROWS.formatted("orders"),
                "delete from orders where id % 10 <> 0");
        vacuumed("orders");
    }

    private void vacuumed(String table) {
        database.run("vacuum analyze " + table);
        database.awaitCounters("relname = '" + table + "' and n_dead_tup = 0 and last_analyze is not null");
    }

    private CommandRun reindex(String... more) {
        return CommandRun.on(database, arguments(more));
    }

    private String[] arguments(String... more) {
        String[] arguments = new String[more.length + 4];
        System.arraycopy(new String[] {"maintain", "--reindex", "--rebuilds", file}, 0, arguments, 0, 4);
        System.arraycopy(more, 0, arguments, 4, more.length);
        return arguments;
    }

    private long size(String index) {
        return Long.parseLong(
                database.query("select pg_relation_size('" + index + "')").get(0));
    }

    private List<String> invalid() {
        return database.query("select indexrelid::regclass from pg_index where not indisvalid order by 1");
    }

    @Test
    void a_dry_run_reports_the_rebuilds_and_their_cost() {
        long before = size("orders_code");
        CommandRun run = CommandRun.on(database, "maintain", "--reindex", "--dry-run");
        assertThat(run.exitCode()).isZero();
        assertThat(run.output())
                .containsPattern(
                        "reindex index concurrently public.orders_code +1[0-9.]+ MB +1.[0-9] MB +1[0-9.]+ MB  estimated [0-9.]+ times\n")
                .containsPattern("Space: one index at a time, next to the old one, about 1.[0-9] MB for the largest")
                .endsWith("Nothing was rebuilt. To do it: dbopt maintain --reindex --rebuilds FILE\n");
        assertThat(size("orders_code")).isEqualTo(before);
    }

    @Test
    void rebuilds_a_bloated_index_and_keeps_all_its_attributes() throws IOException {
        database.run(
                "truncate orders",
                "create unique index orders_lower on orders (lower(code), id) with (fillfactor = 80)",
                "alter index orders_lower alter column 1 set statistics 300",
                "comment on index orders_lower is 'for the search'",
                "create unique index orders_key on orders (code, id)",
                "alter table orders replica identity using index orders_key",
                "alter table orders cluster on orders_key",
                ROWS.formatted("orders"),
                "delete from orders where id % 10 <> 0");
        vacuumed("orders");
        List<String> before = database.schema();
        CommandRun run = reindex();
        assertThat(run.exitCode()).describedAs(run.error()).isZero();
        assertThat(run.output()).containsPattern("Indexes rebuilt: 2 of 2; [0-9.]+ MB freed\\.\n$");
        assertThat(run.error())
                .containsPattern("reindex index concurrently public.orders_key: [0-9.]+ MB before, [0-9.]+ MB now");
        assertThat(size("orders_lower") + size("orders_key")).isLessThan(8L << 20);
        assertThat(database.schema()).isEqualTo(before);
        assertThat(database.query("select indexrelid::regclass, indisclustered, indisreplident from pg_index"
                        + " where indisclustered or indisreplident"))
                .containsExactly("orders_key | t | t");
        assertThat(Files.readString(Path.of(file)))
                .contains("\"BEGUN\"", "\"DONE\"")
                .doesNotContain("CLEARED");
        assertThat(reindex().output())
                .containsPattern(
                        "public.orders_code \\([0-9.]+ MB\\): it is redundant, and better dropped: dbopt audit says why\n")
                .endsWith("No index needs a rebuild.\n");
    }

    @Tag("anyversion")
    @Test
    void refuses_to_start_without_a_file_of_rebuilds() {
        CommandRun run = CommandRun.on(database, "maintain", "--reindex");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error()).startsWith("--reindex needs --rebuilds FILE").endsWith("Nothing was changed.\n");
    }

    @Test
    void a_partitioned_index_is_rebuilt_leaf_by_leaf() {
        database.run(
                "create table events (id int not null, code text) partition by range (id)",
                "create table events_low partition of events for values from (0) to (30000)",
                "create table events_high partition of events for values from (30000) to (1000000)",
                "create index events_code on events (code)",
                ROWS.formatted("events"),
                "delete from events where id % 10 <> 0");
        vacuumed("events_low");
        vacuumed("events_high");
        List<String> before = database.indexes();
        // each rebuild would free too little to be worthwhile
        assertThat(size("events_low_code_idx")).isLessThan(10L << 20);
        assertThat(reindex().output())
                .contains(
                        "reindex index concurrently public.events_low_code_idx",
                        "reindex index concurrently public.events_high_code_idx");
        assertThat(database.indexes()).isEqualTo(before);
        assertThat(database.query(
                        "select inhparent::regclass from pg_inherits where inhrelid = 'events_low_code_idx'::regclass"))
                .containsExactly("events_code");
        assertThat(size("events_low_code_idx")).isLessThan(4L << 20);
    }

    @Tag("anyversion")
    @Test
    void says_which_indexes_the_role_is_not_allowed_to_rebuild() {
        database.run(
                "drop index orders_code",
                "alter table orders add constraint one_code exclude using btree (code with =)",
                "create table own (like orders)",
                "create index own_code on own (code)",
                ROWS.formatted("orders").replace("n::text", "(n + 90000)::text"),
                "delete from orders where id % 10 <> 0",
                ROWS.formatted("own"),
                "delete from own where id % 10 <> 0");
        vacuumed("orders");
        vacuumed("own");
        database.runAsSuperuser(
                "create table public.theirs (like public.orders)",
                "create index theirs_code on public.theirs (code)",
                ROWS.formatted("public.theirs"),
                "delete from public.theirs where id % 10 <> 0",
                "vacuum analyze public.theirs",
                "grant select on public.theirs to application");
        CommandRun run = reindex("--max-index-size", "5MB");
        assertThat(run.output())
                .containsPattern(
                        "public.one_code \\([0-9.]+ MB\\): it keeps an exclusion constraint, which PostgreSQL cannot rebuild concurrently: in a window without writes, reindex index public.one_code\n")
                .containsPattern("public.own_code \\([0-9.]+ MB\\): larger than --max-index-size \\(5.0 MB\\)\n")
                .containsPattern("public.theirs_code \\([0-9.]+ MB\\): its owner is postgres\n");
        assertThat(run.exitCode()).isZero();
    }

    @Tag("anyversion")
    @Test
    void starts_only_within_the_given_hours() {
        long before = size("orders_code");
        DateTimeFormatter time = DateTimeFormatter.ofPattern("HH:mm");
        LocalTime now = LocalTime.now(ZoneId.systemDefault());
        String hours = now.plusHours(2).format(time) + "-" + now.plusHours(3).format(time);
        CommandRun run = reindex("--start-between", hours);
        assertThat(run.exitCode()).isZero();
        assertThat(run.error()).contains("No rebuild starts outside " + hours + " by this machine's clock; 1 left:");
        assertThat(size("orders_code")).isEqualTo(before);
        assertThat(CommandRun.on(database, "maintain", "--start-between", "9-17")
                        .error())
                .contains("'9-17' is not a range of hours: write 22:00-05:00");
    }

    @Test
    void skips_a_table_in_use_and_names_the_session() throws SQLException {
        try (Connection vacuum = database.connect()) {
            vacuum.setAutoCommit(false);
            vacuum.createStatement().execute("lock table orders in share update exclusive mode");
            CommandRun run = reindex();
            assertThat(run.exitCode()).isEqualTo(4);
            assertThat(run.error())
                    .containsPattern("public.orders_code: pid [0-9]+ holds the table \\(ShareUpdateExclusiveLock\\)");
        }
        database.runAsSuperuser("begin; lock table public.orders in access share mode; prepare transaction 'theirs'");
        assertThat(reindex().error()).contains("a prepared transaction holds the table");
        database.runAsSuperuser("rollback prepared 'theirs'");
        try (Connection reader = database.connect()) {
            reader.setAutoCommit(false);
            reader.createStatement().execute("select 1");
            Await.until(
                    () -> !database.query(
                                    "select 1 from pg_stat_activity where datname = current_database()"
                                            + " and clock_timestamp() - xact_start > interval '1.1 s' and pid <> pg_backend_pid()")
                            .isEmpty(),
                    () -> "the transaction to be long");
            assertThat(reindex("--reindex-lock-timeout", "1s").error())
                    .containsPattern("public.orders_code: pid [0-9]+ has a transaction open for [0-9]+ s");
        }
        assertThat(invalid()).isEmpty();
        assertThat(reindex().exitCode()).isZero();
    }

    @Tag("anyversion")
    @Test
    void names_an_inactive_replication_slot_that_would_retain_the_WAL() {
        database.runAsSuperuser("select pg_create_physical_replication_slot('" + database.name() + "', true)");
        try {
            assertThat(reindex().error())
                    .contains("the replication slot " + database.name() + " is inactive and keeps all write-ahead log");
        } finally {
            database.runAsSuperuser("select pg_drop_replication_slot('" + database.name() + "')");
        }
    }

    @Tag("anyversion")
    @Test
    void measures_an_index_whose_bloat_the_statistics_cannot_estimate() {
        database.run(
                "drop index orders_code",
                "create index orders_some on orders (code) where id > 0",
                ROWS.formatted("orders"),
                "delete from orders where id % 10 <> 0");
        vacuumed("orders");
        assertThat(reindex().output())
                .containsPattern("public.orders_some \\([0-9.]+ MB\\): unknown whether bloated: they are partial");
        assertThat(reindex("--measure", "1GB").error())
                .contains("Not measured: the extension pgstattuple is not installed");
        database.runAsSuperuser("create extension pgstattuple", "grant pg_stat_scan_tables to application");
        assertThat(reindex("--measure", "1MB").error())
                .contains("Not measured, because --measure would be exceeded: 1 index.");
        CommandRun run = reindex("--measure", "1GB");
        assertThat(run.output()).containsPattern("public.orders_some .* measured [0-9.]+ times\n");
        assertThat(size("orders_some")).isLessThan(4L << 20);
    }

    @Tag("long")
    @Tag("anyversion")
    @Test
    void the_history_of_an_index_shows_since_when_it_is_larger_than_at_its_best() {
        String evidence = folder.resolve("observations.jsonl").toString();
        database.run(
                "drop index orders_code",
                "truncate orders",
                ROWS.formatted("orders"),
                "create index orders_some on orders (code) where id > 0",
                "create index orders_other on orders (id) where code > ''");
        vacuumed("orders");
        assertThat(CommandRun.on(database, "observe", evidence).exitCode()).isZero();
        assertThat(reindex("--evidence", evidence).output()).endsWith("No index needs a rebuild.\n");
        database.run("delete from orders where id % 10 <> 0");
        vacuumed("orders");
        assertThat(CommandRun.on(database, "observe", evidence).exitCode()).isZero();
        String today = LocalDate.now(ZoneOffset.UTC).toString();
        CommandRun run = CommandRun.on(database, "maintain", "--reindex", "--dry-run", "--evidence", evidence);
        assertThat(run.output())
                .containsPattern("reindex index concurrently public.orders_some +1[0-9.]+ MB +1.[0-9] MB +1[0-9.]+ MB  "
                        + "(9.[0-9]|10.[0-9]) times its best \\(" + today + "\\); worse since " + today + "\n")
                .doesNotContain("orders_other");
        assertThat(reindex("--evidence", evidence).output()).contains("Indexes rebuilt: 1 of 1;");
        assertThat(size("orders_some")).isLessThan(4L << 20);
        assertThat(reindex("--evidence", evidence).output()).endsWith("No index needs a rebuild.\n");
    }

    @Tag("anyversion")
    @Test
    void the_history_of_another_database_is_refused() {
        String evidence = folder.resolve("observations.jsonl").toString();
        try (TestDatabase other = TestDatabase.empty()) {
            assertThat(CommandRun.on(other, "observe", evidence).exitCode()).isZero();
        }
        CommandRun run = reindex("--evidence", evidence);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .containsPattern(
                        "observations.jsonl holds observations of cluster [0-9]+, database [^;]*; this is cluster [0-9]+, database "
                                + database.name()
                                + "\\.\nNothing was changed\\. Observe this one: dbopt observe FILE\n");
        assertThat(size("orders_code")).isGreaterThan(4L << 20);
    }

    @Tag("anyversion")
    @Test
    void does_not_repeat_a_rebuild_that_did_not_help() throws IOException {
        String entry =
                "{\"at\":\"2026-01-01T00:00:00Z\",\"database\":\"%s\",\"event\":\"DONE\",\"index\":\"public.orders_code\","
                        + "\"oid\":1,\"tableOid\":1,\"bytes\":%d,\"bytesBefore\":%d,\"rows\":6000,\"leftovers\":[]}\n";
        String name = database.url().replace("jdbc:postgresql://", "") + " as application";
        Files.writeString(
                Path.of(file), "half a li\n" + entry.formatted(name, size("orders_code"), size("orders_code") + 1));
        CommandRun run = reindex();
        assertThat(run.output()).contains("its rebuild of 2026-01-01 freed no more than 1 bytes");
        assertThat(run.error()).contains("a line of " + file + " is not a rebuild and is skipped");
    }

    @Tag("long")
    @Test
    void an_index_dropped_meanwhile_is_skipped_and_a_concurrent_run_is_refused() throws SQLException {
        database.run(
                "create table later (id int, code text, filler text default repeat('x', 400))",
                "create index later_code on later (code)",
                ROWS.formatted("later (id, code)"),
                "delete from later where id % 10 <> 0");
        vacuumed("later");
        try (Connection writer = database.connect()) {
            writer.setAutoCommit(false);
            writer.createStatement().execute("lock table orders in row exclusive mode");
            CompletableFuture<CommandRun> first = CompletableFuture.supplyAsync(this::reindex);
            Await.until(
                    () -> !invalid().isEmpty(),
                    () -> "the first rebuild, but "
                            + (first.isDone() ? first.join().error() : "it goes on"));
            CommandRun second = reindex();
            assertThat(second.exitCode()).isEqualTo(4);
            assertThat(second.error())
                    .containsPattern("Another dbopt maintain --reindex works on this database \\(pid [0-9]+\\)\\.\n");
            database.run("drop index later_code");
            writer.rollback();
            CommandRun run = first.join();
            assertThat(run.exitCode()).describedAs(run.error()).isZero();
            assertThat(run.error())
                    .contains(
                            "public.later_code is no longer needed: the index was dropped, renamed or rebuilt meanwhile");
        }
        assertThat(size("orders_code")).isLessThan(4L << 20);
    }

    @Test
    void a_leftover_in_toast_is_dropped_if_dbopt_created_it() throws IOException, SQLException {
        database.run("create table notes (body text)", "alter table notes alter body set storage external");
        String toast = database.query("select reltoastrelid::regclass from pg_class where oid = 'notes'::regclass")
                .get(0);
        String oid =
                database.query("select '" + toast + "_index'::regclass::oid").get(0);
        String table = database.query("select '" + toast + "'::regclass::oid").get(0);
        Map<String, String> superuser =
                Map.of("FLYWAY_URL", database.url(), "FLYWAY_USER", "postgres", "FLYWAY_PASSWORD", "postgres");
        try (Connection reader = database.connect();
                Connection broken = database.connectAsSuperuser()) {
            reader.setAutoCommit(false);
            reader.createStatement().execute("insert into notes select repeat('x', 5000)");
            broken.createStatement().execute("set lock_timeout = '1ms'");
            try {
                broken.createStatement().execute("reindex index concurrently " + toast + "_index");
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo("55P03");
            }
        }
        assertThat(invalid()).containsExactly(toast + "_index_ccnew");
        assertThat(CommandRun.with(superuser, arguments("--max-index-size", "1MB"))
                        .output())
                .contains("drop index concurrently " + toast + "_index_ccnew;");
        assertThat(invalid()).hasSize(1);
        String name = database.url().replace("jdbc:postgresql://", "") + " as postgres";
        Files.writeString(
                Path.of(file),
                """
                {"at":"2026-01-01T00:00:00Z","database":"%s","event":"BEGUN","index":"%s_index","oid":%s,"tableOid":%s,"bytes":1,"bytesBefore":1,"rows":1,"leftovers":[]}
                """
                        .formatted(name, toast, oid, table));
        CommandRun run = CommandRun.with(superuser, arguments("--max-index-size", "1MB"));
        assertThat(run.error()).contains("Dropped " + toast + "_index_ccnew");
        assertThat(invalid()).isEmpty();
    }
}
