package dbopt.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.Await;
import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
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
import org.postgresql.PGConnection;

/** The same command finishes a run on six schemas that ended in the middle, wherever it ended. */
@Tag("faults")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class SchemasFaultsTest {
    private static final List<String> MIGRATE = List.of("migrate", "--schemas", "tenant_*");

    @TempDir
    private static Path project;

    private static TestDatabase prepared;
    private static List<String> before;

    private TestDatabase database;

    @BeforeAll
    static void prepare() throws IOException {
        for (String folder : List.of("migration", "undo", "callback")) {
            Files.createDirectories(project.resolve("db").resolve(folder));
        }
        Files.writeString(
                project.resolve("db/flyway.conf"),
                """
                flyway.locations=filesystem:db/migration,filesystem:db/undo,filesystem:db/callback
                flyway.postgresql.transactional.lock=false
                """);
        Files.writeString(
                project.resolve("db/migration/V1__orders.sql"),
                """
                create table orders (id int primary key, customer int);
                create index orders_customer on orders (customer);
                create index orders_customer_id on orders (customer, id);
                """);
        prepared = TestDatabase.empty();
        for (int number = 1; number <= 6; number++) {
            prepared.run("create schema tenant_" + number);
        }
        CommandRun.in(project, prepared, "migrate", "--schemas", "tenant_*").assertSucceeded();
        CommandRun.in(
                        project,
                        prepared,
                        "audit",
                        "--scaffold",
                        project.resolve("db").toString(),
                        "--each-schema",
                        "--index",
                        "orders_customer",
                        "--with-guard")
                .assertSucceeded();
        before = indexes(prepared);
    }

    @AfterAll
    static void drop() {
        prepared.close();
    }

    @BeforeEach
    void copy() {
        database = prepared.copy();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private CommandRun run(List<String> arguments) {
        return CommandRun.in(project, database, arguments.toArray(String[]::new));
    }

    private static List<String> indexes(TestDatabase database) {
        return database.query("select indexdef from pg_indexes where schemaname like 'tenant%' order by 1");
    }

    private List<String> dropped() {
        return database.query(
                """
                select n.nspname from pg_namespace n where n.nspname like 'tenant%'
                    and not exists (select from pg_indexes i where i.schemaname = n.nspname and i.indexname = 'orders_customer')
                order by 1
                """);
    }

    /** Starts the command, and returns once it waits for the statement's transaction. */
    private CommandProcess waiting(Connection holder, String inTheWay, List<String> command) throws SQLException {
        holder.setAutoCommit(false);
        int pid = holder.unwrap(PGConnection.class).getBackendPID();
        try (Statement statement = holder.createStatement()) {
            statement.execute(inTheWay);
        }
        CommandProcess process = CommandProcess.start(project, database.address(), command);
        Await.until(
                () -> !process.isAlive()
                        || !database.query("select pid from pg_stat_activity where application_name like 'dbopt%' and "
                                        + pid + " = any (pg_blocking_pids(pid))")
                                .isEmpty(),
                () -> "the command to wait");
        return process;
    }

    /** The third schema has not been started: its history is still locked. */
    @Tag("long")
    @Test
    void migrate_killed_between_two_schemas_is_finished_by_the_next_run() throws SQLException {
        try (Connection holder = database.connect()) {
            CommandProcess process = waiting(holder, "lock table tenant_3.flyway_schema_history", MIGRATE);
            process.kill();
            CommandRun killed = process.result();
            assertThat(killed.exitCode()).isEqualTo(CommandProcess.KILLED);
            assertThat(killed.error())
                    .contains("tenant_2: applied V2; freed 8 kB")
                    .doesNotContain("tenant_3");
        }
        assertThat(dropped()).containsExactly("tenant_1", "tenant_2");
        assertFinishes();
    }

    /** The drop has started and waits for a reader, so the kill leaves the index invalid. */
    @Tag("long")
    @Test
    void migrate_killed_within_a_schema_is_finished_by_the_next_run() throws SQLException {
        try (Connection holder = database.connect()) {
            CommandProcess process = waiting(holder, "select from tenant_3.orders", MIGRATE);
            process.kill();
            assertThat(process.result().exitCode()).isEqualTo(CommandProcess.KILLED);
            assertThat(database.query("select indexrelid::regclass from pg_index where not indisvalid"))
                    .containsExactly("tenant_3.orders_customer");
        }
        assertFinishes();
    }

    @Test
    void migrate_interrupted_within_a_schema_reports_finished_and_remaining_schemas() throws SQLException {
        try (Connection holder = database.connect()) {
            CommandProcess process = waiting(holder, "select from tenant_3.orders", MIGRATE);
            process.interrupt();
            CommandRun interrupted = process.result();
            assertThat(interrupted.exitCode()).isEqualTo(CommandProcess.INTERRUPTED);
            assertThat(interrupted.error().replaceAll("\\([0-9.]+ s\\)", "(T s)"))
                    .contains("6 schemas: 2 migrated, 4 left; freed 16 kB (T s)\nLeft:\n  tenant_3: ")
                    .endsWith(
                            """
                              tenant_4: not begun
                                the same in 2 more: tenant_5, tenant_6
                            The same command finishes them: what is done is not done again. These alone: dbopt migrate --schemas tenant_3,tenant_4,tenant_5,tenant_6
                            """);
        }
        assertFinishes();
    }

    /** The undo is killed during the build in the third schema, which leaves an invalid index. */
    @Test
    @Tag("long")
    void an_undo_killed_within_a_schema_is_finished_by_the_next_run() throws SQLException {
        run(MIGRATE).assertSucceeded();
        List<String> undo = List.of("undo", "--schemas", "tenant_*", "--target", "2");
        try (Connection holder = database.connect()) {
            CommandProcess process = waiting(holder, "insert into tenant_3.orders values (1)", undo);
            process.kill();
            assertThat(process.result().exitCode()).isEqualTo(CommandProcess.KILLED);
        }
        assertThat(dropped()).contains("tenant_4", "tenant_5", "tenant_6");
        CommandRun finished = run(undo);
        finished.assertSucceeded();
        assertThat(finished.output())
                .contains("tenant_2: Nothing to undo", "tenant_3: undone V2", "tenant_6: undone V2");
        assertThat(indexes(database)).isEqualTo(before);
    }

    private void assertFinishes() {
        CommandRun finished = run(MIGRATE);
        finished.assertSucceeded();
        assertThat(finished.output())
                .contains("tenant_1: nothing to do\ntenant_2: nothing to do\ntenant_3: applied V2")
                .contains("tenant_6: applied V2; freed 8 kB\n6 schemas: 4 migrated, 2 had nothing to do; freed ");
        assertThat(dropped()).hasSize(6);
        assertThat(database.query("select indexrelid::regclass from pg_index where not indisvalid"))
                .isEmpty();
        run(List.of("undo", "--schemas", "tenant_*", "--target", "2")).assertSucceeded();
        assertThat(indexes(database)).isEqualTo(before);
    }
}
