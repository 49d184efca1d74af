package dbopt.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.StockFlyway;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One process on each schema of a pattern, each with a history of its own. */
@Tag("anyversion")
@Timeout(120)
class MigrateSchemasTest {
    private static final String CONFIGURATION =
            "flyway.locations=filesystem:db/migration,filesystem:db/undo,filesystem:db/callback\nflyway.postgresql.transactional.lock=false\n";

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    @TempDir
    private Path project;

    @BeforeEach
    void make_project() throws IOException {
        write("flyway.conf", CONFIGURATION);
        write("callback/beforeMigrate.sql", "select 1;\n");
        write(
                "migration/V1__orders.sql",
                """
                create type state as enum ('new', 'paid');
                create table orders (id int primary key, customer int, state state);
                create index orders_customer on orders (customer) where state = 'new';
                create index orders_customer_id on orders (customer, id) where state = 'new';
                """);
        write("undo/U1__orders.sql", "drop table orders;\ndrop type state;\n");
    }

    private void write(String file, String text) throws IOException {
        Path path = project.resolve("db").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private CommandRun run(String... arguments) {
        return CommandRun.in(project, database, arguments);
    }

    private void makeSchemas(String... names) {
        database.run(Stream.of(names)
                .map(name -> "create schema \"" + name.replace("\"", "\"\"") + "\"")
                .toArray(String[]::new));
    }

    /** The pair that drops orders_customer in each schema. */
    private void scaffold() {
        run(
                        "audit",
                        "--scaffold",
                        project.resolve("db").toString(),
                        "--each-schema",
                        "--index",
                        "orders_customer",
                        "--with-guard")
                .assertSucceeded();
    }

    private List<String> indexes() {
        return database.query(
                "select indexdef from pg_indexes where tablename = 'orders' order by schemaname collate \"C\", indexname");
    }

    private List<String> histories(String... schemas) {
        List<String> histories = new ArrayList<>();
        for (String schema : schemas) {
            histories.add(schema + " "
                    + database.query("select string_agg(version || ' ' || type, ', ' order by installed_rank) from \""
                            + schema + "\".flyway_schema_history"));
        }
        return histories;
    }

    /** The output without durations. */
    private static String timeless(CommandRun run) {
        return run.output().replaceAll("\\([0-9.]+ s\\)", "(T s)").replaceFirst("Database \\S+ as application\n", "");
    }

    @Test
    void a_condition_violated_in_one_schema_fails_and_is_retried_only_there() throws IOException {
        makeSchemas("tenant_1", "tenant_2", "Tenant 1", "a%b_c", "axb_c", "user", "other");
        CommandRun first = run("migrate", "--schemas", "tenant_?,Tenant*,a%b_c", "--schemas", "user");
        assertThat(timeless(first))
                .isEqualTo(
                        """
                        5 schemas; the schema history: flyway_schema_history in each
                        Tenant 1: applied V1
                        a%b_c: applied V1
                        tenant_1: applied V1
                        tenant_2: applied V1
                        user: applied V1
                        5 schemas: 5 migrated (T s)
                        """);
        assertThat(first.error()).isEmpty();
        List<String> before = indexes();
        assertThat(before).hasSize(15);
        scaffold();
        database.run("alter index tenant_2.orders_customer_id rename to kept");

        CommandRun second = run("migrate", "--schemas", "tenant_?,Tenant*,a%b_c,user");
        assertThat(second.exitCode()).isEqualTo(4);
        assertThat(timeless(second))
                .isEqualTo(
                        """
                        5 schemas; the schema history: flyway_schema_history in each
                        Tenant 1: applied V2; freed 8 kB
                        a%b_c: applied V2; freed 8 kB
                        tenant_1: applied V2; freed 8 kB
                        tenant_2: FAILED: V2__drop_orders_customer.sql failed: tenant_2.orders_customer is not proven redundant, so it was not dropped
                        user: applied V2; freed 8 kB
                        5 schemas: 4 migrated, 1 failed; freed 32 kB (T s)
                        Failed:
                          tenant_2: V2__drop_orders_customer.sql failed: tenant_2.orders_customer is not proven redundant, so it was not dropped
                              its keeper tenant_2.orders_customer_id does not exist
                            Nothing was changed. Look at both indexes (\\d on the table); keep this one, or repair the keeper, and migrate again.
                        To retry it alone: dbopt migrate --schemas tenant_2
                        """);
        assertThat(run("info", "--schemas", "*ena*,a%b_c,user").output())
                .endsWith(
                        """
                        5 schemas in 2 states
                        schemas  state                   which
                              4  V1, V2 success          Tenant 1, a%b_c, tenant_1, ...
                              1  V1 success, V2 pending  tenant_2
                        """);
        database.run("alter index tenant_2.kept rename to orders_customer_id");
        assertThat(timeless(run("migrate", "--schemas", "tenant_2")))
                .contains("tenant_2: applied V2; freed 8 kB\n1 schema: 1 migrated; freed 8 kB (T s)\n");
        assertThat(indexes()).hasSize(10).noneMatch(index -> index.contains(" orders_customer "));

        String[] schemas = {"Tenant 1", "a%b_c", "tenant_1", "tenant_2", "user"};
        CommandRun planned = run(
                "undo",
                "--schemas-query",
                "select nspname from pg_namespace where nspname ~ 'ser$|t_[12]$'",
                "--target",
                "2",
                "--dry-run");
        assertThat(timeless(planned))
                .isEqualTo(
                        """
                        3 schemas; the schema history: flyway_schema_history in each
                        tenant_1: would undo V2 with U2__drop_orders_customer.sql
                        tenant_2: would undo V2 with U2__drop_orders_customer.sql
                        user: would undo V2 with U2__drop_orders_customer.sql
                        3 schemas: 3 would be undone (T s)
                        """);
        assertThat(indexes()).hasSize(10);
        CommandRun undo = run("undo", "--schemas", String.join(",", schemas), "--target", "2", "--parallel", "2");
        assertThat(undo.exitCode()).as(undo.output()).isZero();
        assertThat(undo.output()).contains("user: undone V2\n", "5 schemas: 5 undone (", "The next migrate applies");
        assertThat(indexes()).isEqualTo(before);
        assertThat(histories(schemas)).allMatch(history -> history.endsWith("[1 SQL, 2 SQL, 2 DELETE]"));
        assertThat(
                        database.query(
                                "select relname from pg_class where relnamespace in (select oid from pg_namespace where nspname in ('axb_c', 'other'))"))
                .isEmpty();
    }

    /** Each of these option combinations would run in no schema, or in every schema by mistake. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            migrate --schemas tenant-*                          | No schema of this database matches:/  tenant-*/System schemas (pg_..., information_schema) are never included. * stands for any characters, ? for one; _ and % stand for themselves./Nothing was changed.
            migrate --schemas tenant_%                          | No schema of this database matches:/  tenant_%/System schemas (pg_..., information_schema) are never included. * stands for any characters, ? for one; _ and % stand for themselves./Nothing was changed.
            migrate --schemas tenant_1,pg_*,information_schema  | No schema of this database matches:/  pg_*/  information_schema/System schemas (pg_..., information_schema) are never included. * stands for any characters, ? for one; _ and % stand for themselves./Nothing was changed.
            migrate --parallel 2                                | --parallel says how many schemas to work on at once: add --schemas PATTERN./Nothing was changed.
            migrate --schemas tenant_1 --parallel 0             | --parallel must be a whole number from 1 to 32, not 0./Nothing was changed.
            migrate --schemas tenant_1 --schemas-query q        | --schemas and --schemas-query both say which schemas are meant: leave out one./Nothing was changed.
            migrate --schemas-query values('tenant_1'),('gone'),('pg_catalog') | The query of --schemas-query returns names that are not schemas of this database, or are system schemas:/  gone/  pg_catalog/Change it to leave these out./Nothing was changed.
            migrate --schemas-query select''where(false)        | The query of --schemas-query returns no schema./Nothing was changed.
            migrate --schemas-query drop\tschema\ttenant_1      | The query of --schemas-query fails: cannot execute DROP SCHEMA in a read-only transaction/Nothing was changed.
            undo --schemas tenant_1                             | The newest migration may differ between schemas, and after an interruption it would be another one: say how far to undo with --target VERSION./Nothing was changed.
            info --schemas tenant_1 --all                       | The table of many schemas shows only their states; for every entry, add --format json to --all./Nothing was changed.
            """)
    void options_that_do_not_name_valid_schemas_are_refused_before_anything_starts(String arguments, String message) {
        makeSchemas("tenant_1");
        CommandRun run = run(Stream.of(arguments.split(" +"))
                .map(word -> word.replace("\\t", " "))
                .toArray(String[]::new));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error()).endsWith(message.replace("/", "\n") + "\n");
        assertThat(database.query("select relname from pg_class where relnamespace = 'tenant_1'::regnamespace"))
                .isEmpty();
    }

    /** Each schema fails for another reason, and the others are migrated. */
    @Test
    void a_schema_that_cannot_be_migrated_does_not_affect_the_others() throws IOException {
        makeSchemas("a", "it's", "say \"hi\"", "full", "gone", "z");
        database.run("create table \"full\".something (id int)");
        database.runAsSuperuser("create schema foreign_one");
        write("migration/V2__goes.sql", "drop schema if exists gone;\n");
        CommandRun run = run("migrate", "--schemas", "*a*,full,foreign_one,gone,z");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(timeless(run))
                .isEqualTo(
                        """
                        6 schemas; the schema history: flyway_schema_history in each
                        a: applied V1, V2
                        foreign_one: FAILED: Role application lacks rights that dbopt migrate needs
                        full: FAILED: Migrate failed: Found non-empty schema(s) "full" but no schema history table. Use baseline() or set baselineOnMigrate to true to initialize the schema history table.
                        gone: FAILED: The schema no longer exists. It was not created again.
                        say "hi": FAILED: The name of this schema holds a quote, a backslash, a line break or ${, which ${flyway:defaultSchema} would put into scripts unchanged. Nothing was changed there. Rename the schema, or run the migrations there by hand.
                        z: applied V1, V2
                        6 schemas: 2 migrated, 4 failed (T s)
                        Failed, independently of each other:
                          foreign_one: Role application lacks rights that dbopt migrate needs
                              USAGE on schema foreign_one: GRANT USAGE ON SCHEMA foreign_one TO application
                              CREATE on schema foreign_one: GRANT CREATE ON SCHEMA foreign_one TO application
                            Nothing was changed. Connect as the role that runs the migrations, or have an administrator grant what is missing, and run it again.
                          full: Migrate failed: Found non-empty schema(s) "full" but no schema history table. Use baseline() or set baselineOnMigrate to true to initialize the schema history table.
                          gone: The schema no longer exists. It was not created again.
                          say "hi": The name of this schema holds a quote, a backslash, a line break or ${, which ${flyway:defaultSchema} would put into scripts unchanged. Nothing was changed there. Rename the schema, or run the migrations there by hand.
                        To retry these alone: dbopt migrate --schemas 'foreign_one,full,gone,say "hi"'
                        """);
        assertThat(database.query("select nspname from pg_namespace where nspname = 'gone'"))
                .isEmpty();
        write("flyway.conf", CONFIGURATION + "flyway.baselineOnMigrate=true\n");
        assertThat(run("migrate", "--schemas", "full").output()).contains("full: applied baseline 1, V2\n");
        assertThat(run("migrate", "--schemas", "it's").output())
                .contains("1 schema: 1 failed", "To retry it alone: dbopt migrate --schemas 'it'\\''s'");
    }

    @Test
    void schemas_with_nothing_to_do_are_listed_and_the_states_are_counted() throws IOException {
        makeSchemas("t1", "t2", "t3", "t4");
        run("migrate", "--schemas", "t1,t2").assertSucceeded();
        write("migration/V2__more.sql", "create table more (id int);\n");
        run("migrate", "--schemas", "t1").assertSucceeded();
        assertThat(timeless(run("migrate", "--schemas", "t1,t2")))
                .endsWith("t1: nothing to do\nt2: applied V2\n2 schemas: 1 migrated, 1 had nothing to do (T s)\n");
        write("migration/V1__orders.sql", "create table other (id int);\n");
        database.runAsSuperuser("create schema t5");
        CommandRun info = run("info", "--schemas", "t*");
        assertThat(info.exitCode()).isEqualTo(4);
        assertThat(timeless(info)
                        .replaceAll(
                                "checksum \\S+ in the schema history, \\S+ here",
                                "checksum C in the schema history, C here")
                        .replace(project.toString(), "DIR"))
                .isEqualTo(
                        """
                        5 schemas in 3 states
                        schemas  state                                                         which
                              2  V1, V2 success; applied from other scripts                    t1, t2
                              2  V1, V2 pending                                                t3, t4
                              1  unknown: Role application lacks rights that dbopt info needs  t5
                        The scripts here are not those that were applied in t1, t2; migrate and undo refuse until they are:
                          DIR/db/migration/V1__orders.sql was edited after it was applied: checksum C in the schema history, C here
                        """);
    }

    /** Once with two schemas at a time, and two runs beside each other: each migration is applied once. */
    @Test
    void a_schema_with_objects_gets_the_baseline_once_and_an_empty_one_gets_none() throws IOException {
        write("flyway.conf", CONFIGURATION + "flyway.baselineOnMigrate=true\n");
        write("migration/V2__more.sql", "create table more (id int);\n");
        makeSchemas("t_empty", "t_function", "t_extension", "t_table", "t_view");
        database.run(
                "create function t_function.one() returns int return 1",
                "create table t_table.orders (id int)",
                "create view t_view.one as select 1");
        database.runAsSuperuser("create extension pg_stat_statements schema t_extension");
        CompletableFuture<CommandRun> other =
                CompletableFuture.supplyAsync(() -> run("migrate", "--schemas", "t_*", "--parallel", "2"));
        run("migrate", "--schemas", "t_*").assertSucceeded();
        other.join().assertSucceeded();
        run("migrate", "--schemas", "t_*").assertSucceeded();
        assertThat(histories("t_empty", "t_function", "t_extension", "t_table", "t_view"))
                .containsExactly(
                        "t_empty [1 SQL, 2 SQL]",
                        "t_function [1 BASELINE, 2 SQL]",
                        "t_extension [1 SQL, 2 SQL]",
                        "t_table [1 BASELINE, 2 SQL]",
                        "t_view [1 BASELINE, 2 SQL]");

        makeSchemas("u");
        database.run("create table u.orders (id int)");
        CommandRun alone = run("migrate", "--schemas", "u");
        assertThat(timeless(alone))
                .isEqualTo(
                        """
                        1 schema; the schema history: flyway_schema_history in each
                        u: applied baseline 1, V2
                        1 schema: 1 migrated (T s)
                        """);
        assertThat(alone.error()).isEmpty();
    }

    @Test
    void two_runs_at_once_apply_each_migration_once() {
        makeSchemas("t1", "t2", "t3", "t4");
        CompletableFuture<CommandRun> other =
                CompletableFuture.supplyAsync(() -> run("migrate", "--schemas", "t?", "--parallel", "2"));
        CommandRun run = run("migrate", "--schemas", "t?");
        run.assertSucceeded();
        other.join().assertSucceeded();
        assertThat(run.output() + other.join().output())
                .contains("t1: applied V1\n", "t2: applied V1\n", "t3: applied V1\n", "t4: applied V1\n");
        assertThat(histories("t1", "t2", "t3", "t4"))
                .containsExactly("t1 [1 SQL]", "t2 [1 SQL]", "t3 [1 SQL]", "t4 [1 SQL]");
    }

    /** A history for each schema in one place: a table each, named by Flyway's own configuration. */
    @Test
    void the_histories_can_share_a_schema_and_stock_flyway_reads_them() throws IOException {
        makeSchemas("ops", "t1", "t2");
        String onePlace = CONFIGURATION
                + "flyway.defaultSchema=ops\nflyway.table=history_${schema}\nflyway.baselineOnMigrate=true\nflyway.baselineVersion=0\nflyway.placeholders.tenant=${schema}\n";
        write("flyway.conf", onePlace);
        write(
                "migration/V1__orders.sql",
                """
                create table "${tenant}".orders (id int primary key, customer int);
                create index orders_customer on "${tenant}".orders (customer);
                create index orders_customer_id on "${tenant}".orders (customer, id);
                """);
        assertThat(run("migrate").error())
                .endsWith(
                        """
                        db/flyway.conf does not say which schema is meant (${schema} in flyway.table, flyway.defaultSchema or flyway.schemas).
                        Nothing was changed. Name it: --schemas NAME, for migrate, undo and info.
                        """);
        assertThat(timeless(run("migrate", "--schemas", "t?")))
                .isEqualTo(
                        """
                        2 schemas; the schema history: ops.history_${schema}
                        t1: applied V1
                        t2: applied baseline 0, V1
                        2 schemas: 2 migrated (T s)
                        """);
        scaffold();
        assertThat(Files.readString(project.resolve("db/migration/V2__drop_orders_customer.sql")))
                .contains("\ndrop index concurrently if exists \"${tenant}\".orders_customer;\n");
        assertThat(timeless(run("migrate", "--schemas", "t1"))).contains("t1: applied V2; freed 8 kB\n");
        stock("t2", "ops", "history_t2", Map.of("flyway.placeholders.tenant", "t2"));
        assertThat(indexes()).hasSize(4).noneMatch(index -> index.contains(" orders_customer "));
        assertThat(timeless(run("migrate", "--schemas", "t?")))
                .endsWith("t1: nothing to do\nt2: nothing to do\n2 schemas: 2 had nothing to do (T s)\n");
    }

    /** Stock Flyway with the same configuration, in a loop over the schemas. */
    private void stock(String schema, String defaultSchema, String table, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("flyway.locations", "filesystem:" + project.resolve("db"));
        settings.put("flyway.defaultSchema", defaultSchema);
        settings.put("flyway.table", table);
        try (StockFlyway flyway = StockFlyway.withoutPlugin()) {
            assertThat(flyway.run("migrate", database, settings)).as(schema).isNotNull();
        }
    }

    /** A script that names one schema is not a script for each of many. */
    @Test
    void a_drop_that_names_its_schema_is_not_run_in_every_schema() throws IOException {
        makeSchemas("t1", "t2");
        run("migrate", "--schemas", "t?").assertSucceeded();
        run("audit", "--scaffold", project.resolve("db").toString(), "--index", "t1.orders_customer", "--with-guard")
                .assertSucceeded();
        assertThat(run("migrate", "--schemas", "t?").output())
                .contains(
                        """
                        Failed, independently of each other:
                          t1: V2 drops t1.orders_customer, whatever the schema, so it is not run in each of them. Nothing was changed there.
                            Write it for each schema: dbopt audit --scaffold DIR --each-schema --index NAME; or apply it once, without --schemas, with the history that it belongs to.
                        """);
        assertThat(indexes()).hasSize(6);
    }

    /** The pair as any Flyway runs it, one schema after the other; its undo too. */
    @Test
    void stock_flyway_applies_the_same_pair_in_a_schema() throws IOException {
        makeSchemas("Tenant 1", "t2");
        run("migrate", "--schemas", "*t*,Tenant*").assertSucceeded();
        List<String> before = indexes();
        scaffold();
        stock("Tenant 1", "Tenant 1", "flyway_schema_history", Map.of());
        assertThat(indexes()).hasSize(5);
        assertThat(timeless(run("undo", "--schemas", "t2,Tenant 1", "--target", "2")))
                .contains(
                        "Tenant 1: undone V2\n",
                        "t2: Nothing to undo: no migration of version 2 or newer is applied.\n");
        assertThat(indexes()).isEqualTo(before);
    }
}
