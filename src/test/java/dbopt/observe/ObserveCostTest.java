package dbopt.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import dbopt.evidence.ObservationReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cost of observing and judging 10,000 tables with 50,000 indexes, and as many tables in 1,000 equal schemas:
 * time and bytes, printed. {@code mvn test
 * -Dtest=ObserveCostTest -Dtest.excluded=none}.
 */
@Tag("long")
@Timeout(900)
class ObserveCostTest {
    private static final String CATALOG =
            """
            do $$
            begin
                for n in 1..10000 loop
                    execute format('create table t%s (id bigint primary key, a int, b int, c text, d timestamptz)', n);
                    execute format('create index t%1$s_a on t%1$s (a)', n);
                    execute format('create index t%1$s_x on t%1$s %2$s', n, case
                        when n % 10 = 2 then '(lower(c))' when n % 10 = 3 then '(b) where a > 0' else '(b, a)' end);
                    execute format('create index t%1$s_d on t%1$s (d desc, b)', n);
                    execute format('create index t%1$s_c on t%1$s (c)', n);
                    if n % 100 = 0 then
                        commit;
                    end if;
                end loop;
            end
            $$
            """;

    /** One table in ten is written to, and read by its key. */
    private static final String WORK =
            """
            do $$
            begin
                set local enable_seqscan = off;
                for n in 1..1000 loop
                    execute format('insert into t%s select n, n, n, n, now() from generate_series(1, 10) n', n * 10);
                    execute format('select count(*) from t%s where id = 1', n * 10);
                end loop;
            end
            $$
            """;

    /** Each of the 10 tables has a primary key and two more, as in the benchmark of fleets. */
    private static final String SCHEMAS =
            """
            do $$
            begin
                for n in 1..1000 loop
                    execute format('create schema tenant_%s', n);
                    for t in 1..10 loop
                        execute format('create table tenant_%1$s.t%2$s (id bigint primary key, a int, b text)', n, t);
                        execute format('create index t%2$s_a on tenant_%1$s.t%2$s (a)', n, t);
                        execute format('create index t%2$s_a_b on tenant_%1$s.t%2$s (a, b)', n, t);
                    end loop;
                    if n % 20 = 0 then
                        commit;
                    end if;
                end loop;
            end
            $$
            """;

    /** Each table is written to, and read by its key. */
    private static final String WORK_IN_SCHEMAS =
            """
            do $$
            begin
                set enable_seqscan = off;
                for n in 1..1000 loop
                    for t in 1..10 loop
                        execute format('insert into tenant_%s.t%s select n, n, n from generate_series(1, 10) n', n, t);
                        execute format('select count(*) from tenant_%s.t%s where id = 1', n, t);
                    end loop;
                    commit;
                end loop;
            end
            $$
            """;

    @TempDir
    private Path folder;

    @Test
    void a_large_catalog_is_observed_in_seconds_and_only_changes_take_space() throws IOException {
        try (TestDatabase database = TestDatabase.empty()) {
            database.run(CATALOG);
            database.runAsSuperuser("vacuum analyze");
            Path file = folder.resolve("observations.jsonl");
            run("observe, the first time", database, file, "observe", file.toString());
            long unchanged = run("observe, nothing changed", database, file, "observe", file.toString());
            database.run(WORK);
            database.awaitCounters("relname = 't10000' and n_tup_ins = 10 and idx_scan > 0");
            long changed = run("observe, 1,000 tables changed", database, file, "observe", file.toString());
            run("audit by it", database, file, "audit", "--evidence", file.toString(), "--format", "json");
            assertThat(unchanged).isLessThan(10_000);
            assertThat(changed).isLessThan(1_000_000);
        }
    }

    @Test
    void many_equal_schemas_take_space_once_and_then_only_for_changes() throws IOException {
        try (TestDatabase database = TestDatabase.empty()) {
            database.run(SCHEMAS);
            database.runAsSuperuser("vacuum analyze");
            Path file = folder.resolve("observations.jsonl");
            run("observe 1,000 schemas of 10 tables, the first time", database, file, "observe", file.toString());
            ObservationReader.read(
                    file,
                    observation -> System.out.printf(
                            Locale.ROOT,
                            "%,d bytes of these are definitions%n",
                            observation.indexes().stream()
                                    .mapToInt(index -> index.definition().length())
                                    .sum()),
                    System.out::println);
            long unchanged = run("observe, nothing changed", database, file, "observe", file.toString());
            database.run(WORK_IN_SCHEMAS);
            database.awaitCounters(
                    "schemaname = 'tenant_1000' and relname = 't10' and n_tup_ins = 10 and idx_scan > 0");
            long changed = run("observe, all 10,000 tables changed", database, file, "observe", file.toString());
            assertThat(unchanged).isLessThan(10_000);
            assertThat(changed).isLessThan(2_000_000);
        }
    }

    private static long run(String what, TestDatabase database, Path file, String... command) throws IOException {
        long before = Files.exists(file) ? Files.size(file) : 0;
        double active = active(database);
        long start = System.nanoTime();
        CommandRun run = CommandRun.on(database, command);
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(run.exitCode()).as(run.error()).isZero();
        long bytes = Files.size(file) - before;
        System.out.printf(
                Locale.ROOT,
                "%s: %.2f s, of which the server works %.2f s; %,d bytes added%n",
                what,
                seconds,
                active(database) - active,
                bytes);
        return bytes;
    }

    /** How many seconds the sessions of the database that have ended have spent in statements. */
    private static double active(TestDatabase database) {
        return Double.parseDouble(
                        database.query("select active_time from pg_stat_database where datname = current_database()")
                                .get(0))
                / 1000;
    }
}
