package dbopt.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database with a schema for each tenant: one line for the table of all schemas, and maintenance of each. */
class EqualSchemasMaintainTest {
    @TempDir
    private Path folder;

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    private CommandRun maintain(String... more) {
        String[] arguments = new String[1 + more.length];
        arguments[0] = "maintain";
        System.arraycopy(more, 0, arguments, 1, more.length);
        CommandRun run = CommandRun.in(folder, database, arguments);
        assertThat(run.exitCode()).as(run.error()).isZero();
        return run;
    }

    @Test
    void reports_a_table_of_equal_schemas_once_and_maintains_each() {
        for (String schema : new String[] {"\"T 1\"", "t2", "t3", "t4", "t5"}) {
            database.run(
                    "create schema " + schema,
                    "create table %s.orders (id int primary key, day date)".formatted(schema),
                    "create table %s.note (id int primary key)".formatted(schema),
                    "insert into %s.orders select n from generate_series(1, 1000) n".formatted(schema));
        }
        database.run("create index orders_day on t5.orders (day)", "analyze t4.orders");
        database.runAsSuperuser("create role other_owner", "alter table t3.orders owner to other_owner");
        try {
            database.awaitCounters("relname = 'orders' and schemaname = 't5' and n_live_tup = 1000");
            assertThat(maintain("--dry-run").output())
                    .contains(
                            """
                            statement                                       rows  dead  why
                            analyze orders in 3 of 5 schemas: T 1, t2, t5  3,000     0  no statistics: never analysed
                            This role is not allowed to maintain these, so they are left as they are (ask the owner; from PostgreSQL 17 on, MAINTAIN can be granted):
                              analyze t3.orders  -- owner other_owner; 1,000 changes since its statistics were made
                            """);
            assertThat(maintain("--dry-run", "--every-schema").output())
                    .contains("analyze \"T 1\".orders", "analyze t2.orders", "analyze t5.orders");
            CommandRun run = maintain();
            assertThat(run.error())
                    .containsPattern("analyze orders in 3 of 5 schemas: T 1, t2, t5: [0-9]+\\.[0-9] s\n");
            assertThat(run.output())
                    .containsPattern("orders in 3 of 5 schemas: T 1, t2, t5 +0 +0  [-0-9: ]+  -[ ]+confirmed\n");
            assertThat(database.query(
                            "select schemaname from pg_stats where tablename = 'orders' and attname = 'id' order by 1"))
                    .containsExactly("T 1", "t2", "t4", "t5");
        } finally {
            database.runAsSuperuser("drop owned by other_owner cascade", "drop role other_owner");
        }
    }

    @Test
    @Tag("long")
    void reports_a_bloated_index_of_equal_schemas_once_and_rebuilds_each() {
        for (String schema : new String[] {"\"T 1\"", "t2", "t3"}) {
            database.run(
                    "create schema " + schema,
                    "create table %s.orders (id int not null, code text not null)".formatted(schema),
                    "create index orders_code on %s.orders (code)".formatted(schema),
                    "insert into %s.orders select n, repeat(md5(n::text), 6) from generate_series(1, 60000) n"
                            .formatted(schema));
        }
        database.run("delete from \"T 1\".orders where id % 10 <> 0", "delete from t2.orders where id % 10 <> 0");
        for (String schema : new String[] {"\"T 1\"", "t2", "t3"}) {
            database.run("vacuum analyze %s.orders".formatted(schema));
        }
        database.awaitCounters("schemaname = 't2' and n_dead_tup = 0 and last_analyze is not null");
        database.awaitCounters("schemaname = 'T 1' and n_dead_tup = 0 and last_analyze is not null");
        String rebuilds = folder.resolve("rebuilds.jsonl").toString();
        assertThat(maintain("--reindex", "--dry-run").output())
                .containsPattern(
                        """
                        statement +size +needs +frees +signs
                        reindex index concurrently orders_code in 2 of 3 schemas: T 1, t2 +[23][0-9.]+ MB +2\\.[0-9] MB +[23][0-9.]+ MB +in T 1: estimated [0-9.]+ times
                        Space: one index at a time, next to the old one, about 1\\.[0-9] MB""");
        assertThat(maintain("--reindex", "--dry-run", "--every-schema").output())
                .contains(
                        "reindex index concurrently \"T 1\".orders_code ", "reindex index concurrently t2.orders_code ")
                .doesNotContain("t3");
        CommandRun run = maintain("--reindex", "--rebuilds", rebuilds);
        assertThat(run.output()).containsPattern("Indexes rebuilt: 2 of 2; [23][0-9.]+ MB freed\\.\n$");
        assertThat(
                        database.query(
                                "select n.nspname, pg_relation_size(c.oid) < 4 * 1024 * 1024 from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relname = 'orders_code' order by 1"))
                .containsExactly("T 1 | t", "t2 | t", "t3 | f");
        assertThat(maintain("--reindex", "--rebuilds", rebuilds).output()).endsWith("No index needs a rebuild.\n");
    }
}
