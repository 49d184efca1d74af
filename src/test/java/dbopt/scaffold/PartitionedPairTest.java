package dbopt.scaffold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import dbopt.guard.GuardFunctions;
import dbopt.server.ServerError;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A migration drops the index of a partitioned table, and its undo script restores it exactly. */
@Timeout(300)
class PartitionedPairTest {
    /** The indexes as a dump describes them, each with the index that it is attached to. */
    private static final String CATALOG =
            """
            select n.nspname || '.' || c.relname || ' ' || i.indisvalid || ' ' || pg_get_indexdef(i.indexrelid)
                || coalesce(' in ' || s.spcname, '') || coalesce(' of ' || h.inhparent::regclass, '')
                || coalesce(' ' || obj_description(c.oid, 'pg_class'), '')
            from pg_index i
            join pg_class c on c.oid = i.indexrelid
            join pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_'
            left join pg_tablespace s on s.oid = c.reltablespace
            left join pg_inherits h on h.inhrelid = c.oid
            where i.indrelid::regclass::text !~ 'flyway'
            order by 1""";

    @TempDir
    private Path folder;

    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.empty();
        database.run(
                "create schema \"The App\"",
                "create table \"The App\".\"Event's\" (\"A b\" int, kind text, n int) partition by range (\"A b\")",
                "create table \"The App\".\"Low; part\" partition of \"The App\".\"Event's\" for values from (0) to (10)",
                "create table high partition of \"The App\".\"Event's\" for values from (10) to (20) partition by list (kind)",
                "create table high_rest partition of high default",
                "create table other (n int, kind text, \"A b\" int)",
                "alter table \"The App\".\"Event's\" attach partition other default",
                "create index \"Low; own\" on \"The App\".\"Low; part\" (lower(kind), n) with (fillfactor = 70) where n > 0",
                "create index \"By kind\" on \"The App\".\"Event's\" (lower(kind), n) with (fillfactor = 70) where n > 0",
                "create index on \"The App\".\"Event's\" (lower(kind), n, \"A b\") where n > 0",
                "comment on index \"The App\".\"By kind\" is 'it''s ours'",
                "alter index high_rest_lower_n_idx rename to \"Renamed ON x USING\"",
                "insert into \"The App\".\"Event's\" select g % 40, 'k' || g % 3, g from generate_series(1, 300) g");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void a_partitioned_index_is_dropped_with_its_parts_and_restored_exactly() throws IOException {
        List<String> before = database.query(CATALOG);
        assertThat(before).hasSize(10);
        scaffold();
        assertThat(Files.readString(folder.resolve("db/migration/V2__drop_By_kind.sql")))
                .contains("set local lock_timeout = '300ms';", "set local statement_timeout = '900ms';")
                .contains("\ndrop index if exists \"The App\".\"By kind\";\n");
        CommandRun migrated = run("migrate");
        assertThat(database.query(CATALOG)).hasSize(5);
        assertThat(migrated.output()).containsPattern("\"The App\".\"By kind\" +\\d+ kB +- .* dropped\nFreed \\d+ kB");
        assertThat(migrated.error())
                .containsPattern(
                        "\"The App\".\"By kind\" is dropped \\(first try\\). No session waited for it longer than 0.\\d\\d s.");
        assertThat(run("undo").output()).contains("Undone: V2");
        assertThat(database.query(CATALOG)).isEqualTo(before);
        run("migrate");
        assertThat(database.query(CATALOG)).hasSize(5);
    }

    @Test
    void partitions_may_be_added_and_dropped_during_migrate_and_undo() throws IOException {
        scaffold();
        database.run(
                "create table came_first partition of \"The App\".\"Event's\" for values from (50) to (60)",
                "create table came_deep partition of high for values in ('x')",
                "drop table \"The App\".\"Low; part\"");
        List<String> before = database.query(CATALOG);
        // a detached partition keeps its part as an independent index
        database.run("alter table \"The App\".\"Event's\" detach partition other");
        run("migrate");
        database.run(
                "create table came_later partition of \"The App\".\"Event's\" for values from (60) to (70) partition by list (kind)",
                "create table came_later_rest partition of came_later default",
                "alter table \"The App\".\"Event's\" attach partition other default",
                "alter table \"The App\".\"Event's\" detach partition came_first");
        run("undo");
        List<String> after = database.query(CATALOG);
        assertThat(after)
                .containsAll(before.stream()
                        .filter(index -> !index.contains(" ON public.came_first "))
                        .toList());
        assertThat(after)
                .filteredOn(index -> index.contains("came_first"))
                .noneMatch(index -> index.contains("fillfactor"));
        assertThat(after)
                .filteredOn(index -> index.contains("came_later") && index.contains("fillfactor"))
                .containsExactly(
                        "public.came_later_lower_n_idx true CREATE INDEX came_later_lower_n_idx ON ONLY public.came_later USING btree (lower(kind), n) WITH (fillfactor='70') WHERE (n > 0) of \"The App\".\"By kind\"",
                        "public.came_later_rest_lower_n_idx true CREATE INDEX came_later_rest_lower_n_idx ON public.came_later_rest USING btree (lower(kind), n) WITH (fillfactor='70') WHERE (n > 0) of came_later_lower_n_idx");
        assertThat(after).allMatch(index -> index.contains(" true "));
    }

    @Test
    void waits_for_a_partition_in_use_up_to_the_lock_timeout_and_retries() throws IOException, SQLException {
        scaffold();
        List<String> before = database.query(CATALOG);
        try (Connection reader = database.connect();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("select from high_rest");
            assertThatThrownBy(() -> stockFlyway().migrate())
                    .hasMessageContaining("canceling statement due to lock timeout");
            assertThat(database.query(CATALOG)).isEqualTo(before);
            assertThat(database.history()).noneMatch(row -> row.contains("drop"));
            StringWriter told = new StringWriter() {
                @Override
                public void write(String text, int offset, int length) {
                    super.write(text, offset, length);
                    if (text.contains("Trying again")) {
                        rollBack(reader);
                    }
                }
            };
            CommandRun run = CommandRun.telling(folder, new PrintWriter(told), database.address(), "migrate");
            assertThat(run.exitCode()).as(told.toString()).isZero();
            assertThat(told.toString())
                    .contains("V2__drop_By_kind.sql did not succeed: canceling statement due to lock timeout.")
                    .contains("Trying again in 1 s (1 of 60).")
                    .containsPattern("is dropped \\(2 tries\\). No session waited for it longer than 0\\.[3-8]\\d s.");
        }
        assertThat(database.query(CATALOG)).hasSize(5);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            alter index "Renamed ON x USING" set (fillfactor = 60) | its part public."Renamed ON x USING" is CREATE INDEX "Renamed ON x USING" ON public.high_rest
            alter index high_lower_n_idx rename to another     | its part public.another is CREATE INDEX another ON ONLY public.high
            comment on index high_lower_n_idx is 'x'           | its part public.high_lower_n_idx has a comment of its own
            alter index "The App"."Low; own" alter column 1 set statistics 50 | its part "The App"."Low; own" has other statistics targets than the whole
            create table c partition of high for values in ('c'); alter index c_lower_n_idx set (fillfactor = 50) | its part public.c_lower_n_idx, which the undo script does not know, is made with
            drop index "The App"."Event's_lower_n_A b_idx"     | its keeper "The App"."Event's_lower_n_A b_idx" does not exist
            """)
    void the_guard_refuses_a_drop_that_the_undo_script_would_not_restore(String change, String reason)
            throws IOException {
        scaffold();
        database.run(change.split("; (?=alter)"));
        List<String> before = database.query(CATALOG);
        assertThatThrownBy(() -> stockFlyway().migrate())
                .hasMessageContaining("\"The App\".\"By kind\" is not proven redundant, so it was not dropped")
                .hasMessageContaining(reason);
        assertThat(database.query(CATALOG)).isEqualTo(before);
    }

    @Tag("anyversion")
    @Test
    void in_one_transaction_with_another_migration_nothing_is_dropped() throws IOException {
        scaffold();
        Files.writeString(folder.resolve("db/migration/V3__later.sql"), "create table later ();");
        List<String> before = database.query(CATALOG);
        Flyway grouped = Flyway.configure()
                .configuration(stockFlyway().getConfiguration())
                .group(true)
                .load();
        assertThatThrownBy(grouped::migrate)
                .hasMessageContaining(
                        "This migration would run in the transaction that drops \"The App\".\"By kind\", and keep its table locked exclusively until it has ended")
                .hasMessageContaining(
                        "Nothing was changed: the drop was rolled back too. Migrate with flyway.group=false.");
        assertThat(database.query(CATALOG)).isEqualTo(before);
        assertThat(stockFlyway().migrate().migrationsExecuted).isEqualTo(2);
        assertThat(database.query(CATALOG)).hasSize(5);
    }

    @Tag("anyversion")
    @Test
    void refuses_to_drop_outside_a_transaction_and_to_restore_inside_one() throws IOException {
        scaffold();
        Path drop = folder.resolve("db/migration/V2__drop_By_kind.sql.conf");
        String right = Files.readString(drop);
        Files.writeString(drop, "executeInTransaction=false\n");
        assertThatThrownBy(() -> stockFlyway().migrate())
                .hasMessageContaining(
                        "\"The App\".\"By kind\" is to be dropped outside a transaction, where the time-outs of its short try do not hold")
                .hasMessageContaining(
                        "Nothing was changed. Let the migration run in a transaction (executeInTransaction=true), and migrate again.");
        Files.writeString(drop, right);
        run("migrate");
        List<String> dropped = database.query(CATALOG);
        assertThat(dropped).hasSize(5);
        Path undo = folder.resolve("db/undo/U2__drop_By_kind.sql.conf");
        Files.writeString(undo, "executeInTransaction=true\n");
        assertThat(CommandRun.in(folder, database, "undo").error())
                .contains(
                        "\"The App\".\"By kind\" is to be restored inside a transaction, where no index can be built concurrently",
                        "Nothing was changed. Let the undo script run outside a transaction (executeInTransaction=false), and undo again.");
        assertThat(database.query(CATALOG)).isEqualTo(dropped);
    }

    /** The error that stops another program from running the undo script, and its advice. */
    @Test
    void the_undo_script_alone_says_which_statements_to_run_by_hand() throws IOException, SQLException {
        scaffold();
        List<String> before = database.query(CATALOG);
        run("migrate");
        String undo = Files.readString(folder.resolve("db/undo/U2__drop_By_kind.sql"));
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            statement.execute(GuardFunctions.ofUndo());
            ServerError error = ServerError.of(catchThrowableOfType(SQLException.class, () -> statement.execute(undo)));
            assertThat(error.message())
                    .isEqualTo("\"The App\".\"By kind\" is not back yet: 9 statements are left to be run");
            assertThat(error.hint())
                    .contains(
                            "dbopt undo runs them by itself. By hand: run each by itself, those without CONCURRENTLY under a lock_timeout below a second, and undo again.");
            for (String left : error.detail().orElseThrow().split(";\n", -1)) {
                statement.execute(left);
            }
            statement.execute(undo);
        }
        assertThat(database.query(CATALOG)).isEqualTo(before);
    }

    /** The undo was interrupted before it reached the partition of a partition. */
    @Tag("long")
    @Test
    void undo_says_why_the_index_stays_invalid_where_a_partition_has_lost_its_own_last_one()
            throws IOException, SQLException {
        scaffold();
        run("migrate");
        try (Connection interrupted = database.connect();
                Statement statement = interrupted.createStatement()) {
            statement.execute(GuardFunctions.ofUndo());
            String undo = Files.readString(folder.resolve("db/undo/U2__drop_By_kind.sql"));
            ServerError error = ServerError.of(catchThrowableOfType(SQLException.class, () -> statement.execute(undo)));
            for (String left : error.detail().orElseThrow().split(";\n", -1)) {
                if (!left.contains("Renamed ON x USING")) {
                    statement.execute(left);
                }
            }
        }
        database.run("drop table high_rest");
        CommandRun refused = CommandRun.in(folder, database, "undo", "--target", "2");
        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.error())
                .contains(
                        """
                        Undo of V2 failed in U2__drop_By_kind.sql: ERROR: "The App"."By kind" has all of its parts, but is not valid: the last partition of public.high was dropped after the index was built there, so nothing is left to build
                          Hint: The parts serve already. Create a partition of each, or drop each that is no longer needed, and undo again.
                        """);
        database.run("create table high_a partition of high for values in ('a')");
        run("undo");
        assertThat(database.query(CATALOG)).allMatch(index -> index.contains(" true "));
    }

    @Test
    void never_requests_more_locks_than_the_server_has_room_for() throws IOException, SQLException {
        scaffold();
        List<String> before = database.query(CATALOG);
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            statement.execute(
                    """
                    select pg_advisory_lock(n) from generate_series(1, current_setting('max_locks_per_transaction')::int
                        * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int)) n""");
            assertThatThrownBy(() -> stockFlyway().migrate())
                    .hasMessageFindingMatch(
                            "its drop takes 10 locks at once, but the server has room for only -\\d+ more: raise max_locks_per_transaction \\(64\\)");
        }
        assertThat(database.query(CATALOG)).isEqualTo(before);
    }

    @Tag("anyversion")
    @Test
    void there_is_no_script_for_psql() {
        CommandRun plain = CommandRun.in(
                folder,
                database,
                "audit",
                "--scaffold",
                folder.resolve("plain").toString(),
                "--plain",
                "--index",
                "By kind");
        assertThat(plain.exitCode()).isEqualTo(2);
        assertThat(plain.error())
                .endsWith(
                        """
                        Nothing was written: these are indexes of partitioned tables, which are restored part by part, by dbopt undo and not by psql:
                          "The App"."By kind"
                        Scaffold them without --plain, and the others by their names: --index NAME
                        """);
        assertThat(folder.resolve("plain")).doesNotExist();
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Flyway stockFlyway() {
        return Flyway.configure()
                .dataSource(database.url(), TestDatabase.OWNER, TestDatabase.PASSWORD)
                .locations(
                        "filesystem:" + folder.resolve("db/migration"), "filesystem:" + folder.resolve("db/callback"))
                .placeholders(Map.of("concurrentLockTimeout", "10min"))
                .baselineOnMigrate(true)
                .load();
    }

    private void scaffold() throws IOException {
        for (String part : List.of("migration", "undo", "callback")) {
            Files.createDirectories(folder.resolve("db").resolve(part));
        }
        Files.writeString(
                folder.resolve("db/flyway.conf"),
                """
                flyway.locations=filesystem:db/migration,filesystem:db/undo,filesystem:db/callback
                flyway.baselineOnMigrate=true
                """);
        CommandRun scaffolded = CommandRun.in(
                folder,
                database,
                "audit",
                "--scaffold",
                folder.resolve("db").toString(),
                "--with-guard",
                "--index",
                "By kind",
                "--version",
                "2");
        assertThat(scaffolded.exitCode()).as(scaffolded.error()).isZero();
    }

    private CommandRun run(String command) {
        CommandRun run = CommandRun.in(folder, database, command);
        assertThat(run.exitCode()).as(run.error()).isZero();
        return run;
    }
}
