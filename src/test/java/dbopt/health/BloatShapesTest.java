package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dbopt.TestDatabase;
import dbopt.bundled.BundledSql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The estimated size of an index next to its size after a rebuild by the server. {@code mvn test
 * -Dtest=BloatShapesTest -Ddbopt.rewrite=true} writes what it measures into the guide.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BloatShapesTest {
    private static final double BLOATED = 1.7;
    private static final double NO_FALSE_ALARM = 1.5;
    private static final double MUST_BE_FOUND = 2;

    private static final Path GUIDE = Path.of("dev/guides/BENCHMARKS.md");
    private static final String BEGIN = "<!-- BloatShapesTest: begin -->\n";
    private static final String END = "<!-- BloatShapesTest: end -->\n";
    private static final int PAGE = 8192;

    /** The earlier estimate, which ignored deduplication: each entry with its own key. */
    private static final String BEFORE =
            """
            select 1 + ceil(c.reltuples * (4 + 8 * ceil((8 + sum((1 - s.null_frac) * s.avg_width)) / 8))
                / ((8192 - 40) * coalesce(substring(array_to_string(c.reloptions, ','), 'fillfactor=([0-9]+)')::int, 90) / 100.0))
            from pg_class c
            join pg_attribute a on a.attrelid = c.oid
            join pg_index i on i.indexrelid = c.oid
            left join pg_attribute k on k.attrelid = i.indrelid and k.attnum = i.indkey[a.attnum - 1] and k.attnum > 0
            left join pg_stats s on s.tablename = case when k.attname is null then c.relname else 'shape' end
                and s.attname = coalesce(k.attname, a.attname)
            where c.relname = 'shape_index'
            group by c.reltuples, c.reloptions
            """;

    private final List<String> measured = new ArrayList<>();
    private final TestDatabase database = TestDatabase.empty();
    private Connection connection;

    /** The current size of the index, and its minimum and maximum after a rebuild; no bounds if unknown. */
    private record Estimate(double bytes, Double atLeast, Double atMost, String reason) {
        boolean bloated() {
            return atMost != null && bytes >= BLOATED * atMost;
        }

        boolean unknown() {
            return !bloated() && (atLeast == null || bytes >= BLOATED * atLeast);
        }
    }

    @BeforeAll
    void connect() {
        connection = database.connect();
    }

    @AfterAll
    void close() throws SQLException, IOException {
        if (Boolean.getBoolean("dbopt.rewrite")) {
            String guide = Files.readString(GUIDE);
            Files.writeString(
                    GUIDE,
                    guide.substring(0, guide.indexOf(BEGIN) + BEGIN.length())
                            + "\n| 100,000 rows, PostgreSQL %s | takes | rebuilt | estimated before | estimated now |\n|---|---:|---:|---:|---:|\n"
                                    .formatted(database.query("show server_version")
                                            .get(0))
                            + String.join("", measured) + "\n" + guide.substring(guide.indexOf(END)));
        }
        connection.close();
        database.close();
    }

    @Tag("anyversion")
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            50 integers                   | a int                 | n % 50                                         | (a)             |
            few integers are most         | a int                 | (power(abs(hashint4(n)) / 2147483648.0, 4) * 1000000)::int | (a) |
            texts of varied width         | a text                | repeat(n::text, 1 + n % 12)                    | (a)             |
            padding between columns       | a int, b bigint       | n % 1000, n                                    | (a, b)          |
            mostly null                   | a text                | case when n % 5 = 0 then md5(n::text) end      | (a)             |
            half of the rows              | a int not null, b int | n % 50, n                                      | (a) where b % 2 = 0 |
            with another column           | a int, b bigint       | n % 50, n                                      | (a) include (b) |
            unique, a random uuid         | a uuid                | md5(n::text)::uuid                             | unique (a)      |
            an expression                 | a text                | concat('User', n, '@example.com')                  | (lower(a))      |
            numeric, never stored once    | a numeric             | n % 50                                         | (a)             |
            grown at random               | a uuid                | md5(n::text)::uuid                             | (a)             | a is null
            half of the values deleted    | a int                 | n % 50                                         | (a)             | a < 25
            four of five deleted          | a int                 | n                                              | (a)             | a % 5 <> 0
            some rows, mostly deleted     | a int not null, b int | n, n                                           | (a) where b % 2 = 0 | b % 20 <> 0
            """)
    void estimates_the_size_after_a_rebuild(String shape, String columns, String values, String index, String deleted)
            throws SQLException {
        estimates(shape, columns, values, index, deleted);
    }

    @Tag("anyversion")
    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            different integers            | a int                 | n                                              | (a)             |
            10,000 integers               | a int                 | hashint4(n) % 10000                            | (a)             |
            two rows for each integer     | a int                 | n % 50000                                      | (a)             |
            integers at random            | a int                 | abs(hashint4(n)) % 80000                       | (a)             |
            half are common, half unique  | a int                 | case when n % 2 = 0 then n % 10 else n end     | (a)             |
            1,000 texts                   | a text                | md5((n % 1000)::text)                          | (a)             |
            different texts               | a text                | md5(n::text)                                   | (a)             |
            texts of 200 bytes            | a text                | repeat(md5(n::text), 6)                        | (a)             |
            a date, an integer, a small   | a date, b int, c int2 | date '2020-01-01' + n % 100, n, n % 10         | (a desc, b, c)  |
            nulls in two columns          | a int, b int          | nullif(n % 3, 0), case when n % 2 = 0 then n end | (a, b)        |
            all but the nulls             | a text                | case when n % 2 = 0 then md5(n::text) end      | (a) where a is not null |
            an expression, some rows      | a text, b int         | concat('User', n, '@example.com'), n               | (lower(a)) where b % 2 = 0 |
            float, never stored once      | a float8              | n % 50                                         | (a)             |
            jsonb, never stored once      | a jsonb               | to_jsonb(n % 50)                               | (a)             |
            without deduplication         | a int                 | n % 50                                         | (a) with (deduplicate_items = off) |
            half full by its settings     | a int                 | n                                              | (a) with (fillfactor = 50) |
            300 days                      | a timestamptz         | timestamptz '2020-01-01' + n % 300 * interval '1 day' | (a)      |
            true and false                | a bool                | n % 3 = 0                                      | (a)             |
            array                         | a int[]               | array[n % 100, n]                              | (a)             |
            grown in order                | a int                 | n                                              | (a)             | a is null
            every second row deleted      | a int                 | n % 50                                         | (a)             | ctid::text ~ '[02468].$'
            the old ones deleted          | a int                 | n                                              | (a)             | a < 65000
            three of four texts deleted   | a text                | md5(n::text)                                   | (a)             | hashtext(a) % 4 <> 0
            three of four rows deleted    | a int, b int          | abs(hashint4(n)) % 30000, n                    | (a)             | b % 4 <> 0
            without nulls, mostly deleted | a text, b int         | case when n % 2 = 0 then md5(n::text) end, n   | (a) where a is not null | b % 10 <> 0
            mostly deleted, with another  | a int, b bigint       | n % 50, n                                      | (a) include (b) | b % 4 <> 0
            """)
    void estimates_the_size_after_a_rebuild_of_other_shapes(
            String shape, String columns, String values, String index, String deleted) throws SQLException {
        estimates(shape, columns, values, index, deleted);
    }

    private void estimates(String shape, String columns, String values, String index, String deleted)
            throws SQLException {
        fill(columns, values, index, deleted);
        Estimate estimate = estimate();
        String before = before();
        double rebuilt = rebuilt();
        measured.add("| %s, `%s` | %.0f | %.0f | %s | %.0f |\n"
                .formatted(shape, index, estimate.bytes() / PAGE, rebuilt / PAGE, before, estimate.atMost() / PAGE));
        assertThat(estimate.atMost()).as("%s; rebuilt %.0f", estimate, rebuilt).isNotNull();
        assertThat(estimate.atMost() / rebuilt)
                .as("%s; rebuilt %.0f", estimate, rebuilt)
                .isCloseTo(1, within(0.15));
        double factor = estimate.bytes() / rebuilt;
        boolean falseAlarm = estimate.bloated() && factor < NO_FALSE_ALARM;
        boolean missed = !estimate.bloated() && factor >= MUST_BE_FOUND;
        assertThat(falseAlarm || missed)
                .as("%s; rebuilt %.0f", estimate, rebuilt)
                .isFalse();
        assertThat(estimate.unknown()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            the condition chooses wide rows | id int, body text      | n, repeat(md5(n::text), 1 + n % 5)           | (body) where length(body) > 100 | they are partial, and the rows in them may be wider or narrower than the others
            the condition chooses nulls     | a int, b int           | n, case when n % 5 = 0 then n end            | (a, b) where a > 1000           | they are partial, and the rows in them may be wider or narrower than the others
            wide and compressible           | a text                 | concat(repeat('x', 900), n)                        | (a)                             | their values are wide, and may be compressed
            """)
    void reports_unknown_bloat_instead_of_guessing(
            String shape, String columns, String values, String index, String reason) throws SQLException {
        fill(columns, values, index, null);
        assertThat(estimate().reason()).isEqualTo(reason);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            few and 10,000               | n % 5, hashint4(n) % 10000, n |
            columns that go together     | n % 1000, n % 1000 * 7, n     |
            two columns, mostly deleted  | n % 100, n % 1000, n          | c % 4 <> 0
            """)
    void multicolumn_estimates_have_two_bounds_until_there_are_extended_statistics(
            String shape, String values, String deleted) throws SQLException {
        fill("a int, b int, c int", values, "(a, b)", deleted);
        Estimate between = estimate();
        run("create statistics shape_keys (ndistinct) on a, b from shape", "analyze shape");
        Estimate exact = estimate();
        double rebuilt = rebuilt();
        assertThat(rebuilt)
                .as("%s", between)
                .isGreaterThan(between.atLeast() * 0.85)
                .isLessThan(between.atMost() * 1.15);
        assertThat(between.bloated()).isEqualTo(deleted != null);
        assertThat(exact.atMost()).isEqualTo(exact.atLeast());
        assertThat(exact.atMost() / rebuilt).as("%s", exact).isCloseTo(1, within(0.15));
        assertThat(exact.bloated()).isEqualTo(deleted != null);
    }

    private void fill(String columns, String values, String index, String deleted) throws SQLException {
        String create = "create " + (index.startsWith("unique") ? "unique " : "") + "index shape_index on shape "
                + index.replace("unique ", "");
        run("drop table if exists shape", "create unlogged table shape (" + columns + ")");
        if (deleted != null) {
            run(create);
        }
        run("insert into shape select " + values + " from generate_series(1, 100000) n");
        if (deleted == null) {
            run(create);
        } else {
            run("delete from shape where " + deleted);
        }
        run("vacuum analyze shape");
    }

    private Estimate estimate() throws SQLException {
        String query = BundledSql.in(Path.of(""))
                .query("db/health/sizes/index_estimates.sql")
                .replace("where x.bytes >= 1024 * 1024", "where true");
        assertThat(query).contains("where true");
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            assertThat(row.next()).isTrue();
            return new Estimate(
                    row.getDouble("bytes"), number(row, "at_least"), number(row, "at_most"), row.getString("reason"));
        }
    }

    private String before() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(BEFORE)) {
            assertThat(row.next()).isTrue();
            return row.getString(1) == null ? "-" : "%.0f".formatted(row.getDouble(1));
        }
    }

    private static Double number(ResultSet row, String column) throws SQLException {
        double number = row.getDouble(column);
        return row.wasNull() ? null : number;
    }

    private double rebuilt() throws SQLException {
        run("reindex index shape_index");
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_relation_size('shape_index')")) {
            row.next();
            return row.getDouble(1);
        }
    }

    private void run(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }
}
