package dbopt.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Partitioned indexes of every shape are dropped by one run, and restored by another with every property. */
@Timeout(300)
class PartitionedShapesTest {
    /** Every property of the indexes. */
    private static final String CATALOG =
            """
            select n.nspname || '.' || c.relname || ' ' || i.indisvalid || ' ' || pg_get_indexdef(i.indexrelid)
                || coalesce(' in ' || s.spcname, '') || coalesce(' of ' || h.inhparent::regclass, '')
                || coalesce(' comment ' || obj_description(c.oid, 'pg_class'), '')
                || coalesce((select ' statistics ' || string_agg(a.attnum || '=' || a.attstattarget, ',') from pg_attribute a
                    where a.attrelid = c.oid and a.attstattarget >= 0), '')
            from pg_index i
            join pg_class c on c.oid = i.indexrelid
            join pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_'
            left join pg_tablespace s on s.oid = c.reltablespace
            left join pg_inherits h on h.inhrelid = c.oid
            where i.indrelid::regclass::text !~ 'flyway'
            order by 1""";

    /** In each case the index s is dropped, and another one stays. */
    private static final List<List<String>> SHAPES = List.of(
            List.of( // three levels, by hash, by range and by list, with default partitions
                    "create table t (a int, b int, c text) partition by hash (a)",
                    "create table t_0 partition of t for values with (modulus 2, remainder 0) partition by range (b)",
                    "create table t_0_low partition of t_0 for values from (0) to (10) partition by list (c)",
                    "create table t_0_low_x partition of t_0_low for values in ('x', null)",
                    "create table t_0_low_rest partition of t_0_low default",
                    "create table t_0_rest partition of t_0 default",
                    "create table t_1 partition of t for values with (modulus 2, remainder 1)",
                    "create index s on t (a)",
                    "create index on t (a, b)"),
            List.of( // all options of a key, INCLUDE and storage options
                    "create table t (a int, b text, c int) partition by range (a)",
                    "create table t_low partition of t for values from (0) to (10)",
                    "create table t_rest partition of t default",
                    "create index s on t (b collate \"C\" text_pattern_ops desc nulls last) include (a)"
                            + " with (fillfactor = 61, deduplicate_items = off) where c > 0",
                    "create index on t (b collate \"C\" text_pattern_ops desc nulls last, a) where c > 0"),
            List.of( // in a tablespace, one part of it elsewhere
                    "create table t (a int, b int) partition by range (a)",
                    "create table t_low partition of t for values from (0) to (10)",
                    "create table t_rest partition of t default",
                    "create index s_elsewhere on t_rest (a) where b > 0",
                    "create index s on t (a) tablespace shapes where b > 0",
                    "create index on t (a, b) where b > 0"),
            List.of( // an expression, a statistics target, a comment
                    "create table t (a int, b text) partition by range (a)",
                    "create table t_low partition of t for values from (0) to (10)",
                    "create index s on t (lower(b), (a % 7))",
                    "alter index s alter column 1 set statistics 200",
                    "comment on index s is 'it''s \"ours\"; really'",
                    "create index on t (lower(b), (a % 7), a)"),
            List.of( // created ON ONLY, with parts in other schemas under other names, one on a table with other
                    // columns
                    "create schema \"Else; where\"",
                    "create table t (a int, b int) partition by range (a)",
                    "create table \"Else; where\".\"Low ON t USING\" partition of t for values from (0) to (10)",
                    "create table joined (gone text, b int, a int)",
                    "alter table joined drop column gone",
                    "alter table t attach partition joined default",
                    "create index s on only t (a)",
                    "create index \"Low; s\" on \"Else; where\".\"Low ON t USING\" (a)",
                    "alter index s attach partition \"Else; where\".\"Low; s\"",
                    "create index joined_s on joined (a) with (fillfactor = 50)",
                    "alter index s attach partition joined_s",
                    "create index on t (a, b)"),
            List.of( // beside a primary key
                    "create table t (a int, b int, primary key (a, b)) partition by range (a)",
                    "create table t_low partition of t for values from (0) to (10)",
                    "create index s on t (a)"),
            List.of( // of another access method
                    "create table t (a int, b int4range) partition by range (a)",
                    "create table t_low partition of t for values from (0) to (10)",
                    "create index s on t using gist (b)",
                    "create index s_06f35677 on t using gist (b)"));

    @TempDir
    private Path folder;

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    @Test
    void partitioned_indexes_are_restored_with_every_property() throws IOException {
        if (database.query("select from pg_tablespace where spcname = 'shapes'").isEmpty()) {
            database.runAsSuperuser(
                    "set allow_in_place_tablespaces = on",
                    "create tablespace shapes location ''",
                    "grant create on tablespace shapes to " + TestDatabase.OWNER);
        }
        for (int shape = 0; shape < SHAPES.size(); shape++) {
            database.run("create schema shape_" + shape);
            database.run(Stream.concat(Stream.of("set search_path = shape_" + shape), SHAPES.get(shape).stream())
                    .toArray(String[]::new));
        }
        List<String> before = database.query(CATALOG);
        Path db = Files.createDirectories(folder.resolve("db/migration")).getParent();
        Files.writeString(
                db.resolve("flyway.conf"),
                """
                flyway.locations=filesystem:db/migration,filesystem:db/undo,filesystem:db/callback
                flyway.baselineOnMigrate=true
                flyway.defaultSchema=public
                """);
        List<String> command =
                new ArrayList<>(List.of("audit", "--scaffold", db.toString(), "--with-guard", "--version", "2"));
        IntStream.range(0, SHAPES.size()).forEach(shape -> command.addAll(List.of("--index", "shape_" + shape + ".s")));
        CommandRun.in(folder, database, command.toArray(String[]::new)).assertSucceeded();
        CommandRun.in(folder, database, "migrate").assertSucceeded();
        List<String> dropped = database.query(CATALOG);
        assertThat(before).containsAll(dropped);
        assertThat(database.query("select to_regclass('shape_' || n || '.s') is null from generate_series(0, 6) n"))
                .containsOnly("t");
        CommandRun.in(folder, database, "undo", "--target", "2").assertSucceeded();
        assertThat(database.query(CATALOG)).isEqualTo(before);
        CommandRun.in(folder, database, "migrate").assertSucceeded();
        assertThat(database.query(CATALOG)).isEqualTo(dropped);
    }
}
