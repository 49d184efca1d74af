package dbopt.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.TestDatabase;
import dbopt.bundled.BundledSql;
import dbopt.queries.ExplainedPlan;
import dbopt.server.Rows;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

class TwinTest {
    private static final BundledSql SQL = BundledSql.in(Path.of(""));

    @TempDir
    private static Path cache;

    private static TestDatabase database;
    private static Connection source;
    private static Twin twin;
    private static Connection inTwin;

    @BeforeAll
    static void make() throws SQLException {
        database = TestDatabase.empty();
        database.run(
                "create extension pg_trgm",
                "create schema \"Other One\"",
                "create type mood as enum ('sad', 'it''s fine', 'happy')",
                "create domain code as text check (value <> '')",
                "create type money_of as (amount numeric, currency text)",
                "create type span as range (subtype = int4)",
                "create function minutes(time, time) returns float8 immutable language sql as $$ select extract(epoch from $1 - $2)::float8 / 60 $$",
                "create type hours as range (subtype = time, subtype_diff = minutes)",
                "create aggregate joined (text) (sfunc = textcat, stype = text, initcond = '')",
                "create function shortened(text) returns text immutable language sql as $$ select left($1, 3) $$",
                """
                create table "Other One"."A b" (gone int, id bigint generated always as identity primary key, mood mood,
                    code code, tags text[], document tsvector, price money_of, name varchar(50), flag bool,
                    day date, net int, gross int generated always as (net * 2) stored, u uuid)
                """,
                "alter table \"Other One\".\"A b\" drop column gone",
                """
                insert into "Other One"."A b" (mood, code, tags, document, price, name, flag, day, net, u)
                select (array['sad', 'it''s fine', 'happy'])[1 + i % 7 % 3]::mood, 'c' || i % 50, array['t' || i % 5, 't' || i % 11],
                    to_tsvector('simple', 'word' || i % 20 || ' other' || i % 3), row (i::numeric, 'EUR'::text)::money_of, 'name ' || i % 2000, i % 10 = 0, date '2024-01-01' + i % 700, i % 13,
                    md5((i % 300)::text)::uuid
                from generate_series(1, 20000) i
                """,
                "create index on \"Other One\".\"A b\" (mood, day)",
                "create index on \"Other One\".\"A b\" (code)",
                "create index on \"Other One\".\"A b\" (shortened(name))",
                "create index on \"Other One\".\"A b\" (lower(name) text_pattern_ops)",
                "create index on \"Other One\".\"A b\" using gist (name gist_trgm_ops)",
                "create index on \"Other One\".\"A b\" using brin (day)",
                "create index on \"Other One\".\"A b\" using hash (u)",
                "create index on \"Other One\".\"A b\" (day) where flag",
                "create statistics \"Other One\".several (ndistinct, dependencies) on code, net, day from \"Other One\".\"A b\"",
                "create table part (id int, day date not null, n int, primary key (id, day, n)) partition by range (day)",
                "create table part_1 partition of part for values from ('2024-01-01') to ('2024-07-01')",
                "create table part_2 partition of part for values from ('2024-07-01') to ('2025-01-01') partition by list (n)",
                "create table part_2_rest partition of part_2 default",
                "create index on part (n)",
                "insert into part select i, date '2024-01-01' + i % 366, i % 40 from generate_series(1, 9000) i",
                "create table child (extra int) inherits (\"Other One\".\"A b\")",
                "create table line (id int primary key, part_id int, day date, n int, foreign key (part_id, day, n) references part)",
                "insert into line select i, i, date '2024-01-01' + i % 366, i % 40 from generate_series(1, 9000) i",
                "create view \"V\" as select mood, count(*) as \"C c\" from \"Other One\".\"A b\" group by mood",
                "create materialized view kept as select day, count(*) as n from part group by day",
                "create unique index on kept (day)",
                "create table never_analysed as select i, i % 5 as n from generate_series(1, 5000) i",
                "create index on never_analysed (i)",
                "create table spans (span int4range)",
                "insert into spans select int4range(i, i + i % 100) from generate_series(1, 20000) i",
                "create table opened (hours hours)",
                "insert into opened select hours(time '00:00' + i % 600 * interval '1 minute', time '12:00' + i % 500 * interval '1 minute') from generate_series(1, 5000) i",
                "create table renamed (id int, label varchar(20))",
                "insert into renamed select i, 'l' || i from generate_series(1, 5000) i",
                "create index renamed_label on renamed ((label::text))",
                "alter table renamed rename column label to name",
                "create table roles (id int, role regrole)",
                "insert into roles select i, current_user::regrole from generate_series(1, 100) i",
                "create table secured (id int)",
                "alter table secured enable row level security",
                "create view \"Of secured\" as select * from secured",
                "create table \"Listed\" (unused int, a int, \"B b\" code, c char(4), m mood, d date, f float8, price money_of)",
                """
                insert into "Listed" select i, nullif(i % 7, 3), 'it''s ' || i % 7 % 5, case when i % 7 > 4 then 'x' || i % 7 end,
                    case i % 3 when 0 then 'sad'::mood when 1 then 'it''s fine' end, date '2024-01-01' + i % 3, (i % 7) / 3.0,
                    row (i % 3, 'EUR')::money_of
                from generate_series(1, 5000) i
                """,
                "alter table \"Listed\" drop column unused",
                "create statistics \"Other One\".\"Listed values\" on c, a, \"B b\" from \"Listed\"",
                "create statistics listed_others (mcv) on m, d from \"Listed\"",
                "create statistics listed_expressions on (a * 2), (lower(\"B b\")), f, (shortened(c)), (date_trunc('month', d)) from \"Listed\"",
                "create statistics listed_expression on (a % 4) from \"Listed\"",
                "create statistics listed_parts on day, n from part",
                "create statistics listed_never on (i + n), i from never_analysed",
                "create table more_listed (extra int) inherits (\"Listed\")",
                "insert into more_listed (a, m, d) select 4, 'happy', '2025-01-01' from generate_series(1, 3000)",
                "create table many_listed (a int, b text)",
                "insert into many_listed select i % 500, 'b' || i % 500 from generate_series(1, 5000) i",
                "create statistics many_listed_values (mcv) on a, b from many_listed",
                "alter statistics many_listed_values set statistics 1000",
                "create table of_rows (a int, price money_of)",
                "insert into of_rows select i % 3, row (i % 3, 'EUR')::money_of from generate_series(1, 100) i",
                "create statistics of_rows_values (mcv) on a, price from of_rows",
                "create table of_ranges (a int, b int)",
                "insert into of_ranges select i, i + 5 from generate_series(1, 1000) i",
                "create statistics of_ranges_values on (int4range(a, b)), a from of_ranges");
        database.runAsSuperuser(
                "create table foreign_to_me (id int)",
                "create table read_only (a int, b int)",
                "create statistics read_together (ndistinct) on a, b from read_only",
                "grant select on read_only to application",
                "create table part_of_another (id int)",
                "vacuum analyze \"Other One\".\"A b\", part, line, kept, \"Listed\", more_listed, many_listed, of_rows, of_ranges, spans, opened, renamed, roles",
                "analyze child");
        source = database.connect();
        twin = Twin.of(
                source,
                SQL,
                Map.of("XDG_CACHE_HOME", cache.toString(), "PATH", System.getenv("PATH")),
                Optional.empty(),
                progress -> {});
        inTwin = twin.connect();
    }

    @AfterAll
    static void close() throws SQLException {
        inTwin.close();
        source.close();
        database.close();
        twin.close();
        assertThat(twins()).as("what is left").isEmpty();
    }

    private static List<Path> twins() {
        try (Stream<Path> files = Files.list(cache.resolve("dbopt"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("twin"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select * from \"Other One\".\"A b\" where mood = 'it''s fine' and day = '2024-05-01'",
                "select * from \"Other One\".\"A b\" where mood > 'sad' order by mood, day limit 5",
                "select * from \"Other One\".\"A b\" where code = 'c7' and net = 3 and day = '2024-03-03'",
                "select code, net, count(*) from \"Other One\".\"A b\" group by code, net",
                "select * from \"Other One\".\"A b\" where tags @> array['t4']",
                "select * from \"Other One\".\"A b\" where document @@ 'word3'",
                "select * from \"Other One\".\"A b\" where shortened(name) = 'nam'",
                "select * from \"Other One\".\"A b\" where lower(name) like 'name 12%'",
                "select * from \"Other One\".\"A b\" where name % 'name 1234'",
                "select * from only \"Other One\".\"A b\" where u = md5('17')::uuid",
                "select * from \"Other One\".\"A b\" where day between '2024-02-01' and '2024-02-03' and flag",
                "select * from \"Other One\".\"A b\" where gross > 20",
                "select * from \"V\"",
                "select joined(name) from \"Other One\".\"A b\" where mood = 'sad'",
                "select * from \"Other One\".\"A b\" where price = row (5, 'EUR')::money_of",
                "select price, count(*) from \"Other One\".\"A b\" group by price",
                "select * from kept where day > '2024-11-01'",
                "select * from part where id = 77",
                "select * from part where day = '2024-03-03' and n = 5",
                "select count(*) from line join part on part.id = line.part_id and part.day = line.day and part.n = line.n where part.n = 3",
                "select * from \"Listed\" where a = 5 and \"B b\" = 'it''s 0'",
                "select * from only \"Listed\" where a = 5 and \"B b\" = 'it''s 0' and c = 'x5'",
                "select * from only \"Listed\" where a is null and c is null",
                "select * from only \"Listed\" where a is null and \"B b\" > 'it''s 2'",
                "select * from only \"Listed\" where m = 'it''s fine' and d in ('2024-01-02', '2024-01-03')",
                "select * from \"Listed\" where m = 'happy' and d = '2025-01-01'",
                "select * from only \"Listed\" where m is null or d = '2024-01-01'",
                "select * from only \"Listed\" where a * 2 = 10 and lower(\"B b\") = 'it''s 0'",
                "select * from only \"Listed\" where a * 2 > 7 and f > 1.5",
                "select * from only \"Listed\" where shortened(c) = 'x6 ' and date_trunc('month', d) = '2024-01-01'",
                "select lower(\"B b\"), a * 2, count(*) from only \"Listed\" group by 1, 2",
                "select * from only \"Listed\" where a % 4 = 2",
                "select * from \"Listed\" where a % 4 = 2",
                "select * from part where day = '2024-08-08' and n = 20",
                "select * from many_listed where a = 123 and b = 'b123'",
                "select * from many_listed where a = 123 and b = 'b124'",
                "select * from never_analysed where i = 5",
                "select * from never_analysed where n < 3",
                "update \"Other One\".\"A b\" set net = 1 where id = 5",
                "delete from part where id between 5 and 60",
                "insert into line select id + 100000, id, day from part where n = 1"
            })
    void plans_and_estimates_match_the_source(String query) throws SQLException {
        ExplainedPlan expected = explain(source, query);
        ExplainedPlan planned = explain(inTwin, query);
        assertThat(planned.shape()).isEqualTo(expected.shape());
        assertThat(planned.estimates()).isEqualTo(expected.estimates());
    }

    @Test
    void objects_that_cannot_be_copied_are_absent_and_have_a_reason() {
        Map<String, String> unknown = new TreeMap<>(twin.unknown());
        unknown.keySet().removeAll(List.of("public.spans", "public.opened"));
        assertThat(unknown)
                .containsOnly(
                        Map.entry("public.foreign_to_me", "this role may not read it, nor its statistics"),
                        Map.entry(
                                "public.read_only",
                                "its statistics of several columns (read_together) are its owner's alone to read"),
                        Map.entry("public.renamed", "not all of its statistics can be copied"),
                        Map.entry("public.roles", "not all of its statistics can be copied"),
                        Map.entry("public.part_of_another", "this role may not read it, nor its statistics"),
                        Map.entry("public.Of secured", "it reads what is not in the twin"),
                        Map.entry("public.secured", "its rows are secured: what is planned depends on the role"),
                        Map.entry("public.of_rows", "not all of its statistics can be copied"),
                        Map.entry("public.of_ranges", "not all of its statistics can be copied"));
        for (String table : twin.unknown().keySet()) {
            assertThat(refusal("select * from " + table.replaceFirst("\\.(.*)", ".\"$1\"")))
                    .contains("relation \"" + table + "\" does not exist");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"span && int4range(100, 900)", "span @> 5000", "span << int4range(7, 8)"})
    void statistics_of_ranges_are_copied_where_they_can_be_read(String condition) throws SQLException {
        String query = "select * from spans where " + condition;
        if (source.getMetaData().getDatabaseMajorVersion() >= 17) {
            plans_and_estimates_match_the_source(query);
        } else {
            assertThat(refusal(query)).contains("relation \"spans\" does not exist");
            assertThat(twin.unknown())
                    .containsEntry(
                            "public.spans", "the statistics of its ranges (span) can be read since PostgreSQL 17");
        }
    }

    @Test
    void the_histogram_of_range_lengths_is_copied() throws SQLException {
        if (source.getMetaData().getDatabaseMajorVersion() >= 17) {
            plans_and_estimates_match_the_source("select * from opened where hours && hours('03:00', '04:00')");
        }
    }

    @Test
    void an_object_dropped_while_it_is_read_is_left_out() throws SQLException {
        database.run(
                "create function passing() returns int language sql as $$ select 1 $$",
                "create table passing (id int check (id > 0))",
                "create index on passing (id)");
        try (Connection slow = database.connect();
                Statement statement = slow.createStatement()) {
            slow.setAutoCommit(false);
            statement.execute("set transaction isolation level repeatable read");
            statement.execute("select 1");
            database.run("drop table passing", "drop function passing");
            assertThat(SourceFacts.read(slow, SQL).objects())
                    .noneMatch(object -> object.name().contains("passing"));
        }
    }

    @Test
    void a_session_that_holds_a_table_exclusively_is_named() throws SQLException {
        try (Connection holder = database.connect();
                Connection other = database.connect();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("lock table part_1 in access exclusive mode");
            int pid = holder.unwrap(PGConnection.class).getBackendPID();
            assertThatThrownBy(() -> SourceFacts.read(other, SQL))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessage(
                            """
                            The schema cannot be read while a session holds an exclusive lock on a table:
                              public.part_1 (pid %d holds it)
                            Nothing was changed. Run it again when that is done."""
                                    .formatted(pid));
        }
    }

    @Test
    void statistics_of_an_expression_stay_when_its_index_is_dropped() throws SQLException {
        String query = "select * from \"Other One\".\"A b\" where shortened(name) = 'nam'";
        String drop = "drop index \"Other One\".\"A b_shortened_idx\"";
        double known = explain(inTwin, query).estimates().get(0);
        assertThat(estimateAfter(drop, query)).as("a bare drop").isNotEqualTo(known);
        assertThat(twin.keepExpressionStatistics(List.of("\"Other One\".\"A b_shortened_idx\""), SQL))
                .isTrue();
        assertThat(twin.keepExpressionStatistics(List.of("\"Other One\".\"A b_code_idx\""), SQL))
                .isFalse();
        assertThat(estimateAfter(drop, query)).isEqualTo(known);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            "Other One"."Listed values" | "Listed" where a = 5 and "B b" = 'it''s 0' and c = 'x5'
            "Other One"."Listed values" | "Listed" where a is null and c is null
            listed_others | "Listed" where m = 'it''s fine' and d in ('2024-01-02', '2024-01-03')
            listed_expressions | "Listed" where a * 2 = 10 and lower("B b") = 'it''s 0'
            listed_expression | "Listed" where a % 4 = 2
            many_listed_values | many_listed where a = 123 and b = 'b123'
            """,
            quoteCharacter = '~')
    void extended_statistics_decide_the_estimate(String statistics, String condition) throws SQLException {
        String query = "select * from only " + condition;
        assertThat(estimateAfter("drop statistics " + statistics, query))
                .isNotEqualTo(explain(inTwin, query).estimates().get(0))
                .isNotEqualTo(explain(source, query).estimates().get(0));
    }

    @Test
    void extended_statistics_match_the_source() throws SQLException {
        String lists =
                """
                select s.statistics_schemaname, s.statistics_name, to_jsonb(s) ->> 'inherited', i.vals, i.freq, i.base
                from pg_stats_ext s
                cross join lateral (
                    select array_agg(v order by n) as vals, max(freq) as freq, max(base) as base
                    from unnest(s.most_common_vals) with ordinality v (v, n)
                    cross join lateral (select 1 + (n - 1) / array_length(s.most_common_vals, 2) as item) of
                    cross join lateral (select s.most_common_freqs[item], s.most_common_base_freqs[item]) f (freq, base)
                    group by item
                ) i
                where s.tablename !~ '^of_'
                union all
                select s.statistics_schemaname, s.statistics_name, s.expr, array[(to_jsonb(s) - 'statistics_owner')::text], 0, 0
                from pg_stats_ext_exprs s
                where s.tablename !~ '^of_' and s.statistics_name !~ '^dbopt rehearsal'
                """;
        Set<String> expected = rows(source, lists);
        assertThat(expected).hasSizeGreaterThan(500);
        assertThat(rows(inTwin, lists)).isEqualTo(expected);
    }

    private static Set<String> rows(Connection connection, String query) throws SQLException {
        return Set.copyOf(Rows.all(connection, "select r::text from (" + query + ") r", row -> row.getString(1)));
    }

    private static double estimateAfter(String change, String query) throws SQLException {
        inTwin.setAutoCommit(false);
        try (Statement statement = inTwin.createStatement()) {
            statement.execute(change);
            return explain(inTwin, query).estimates().get(0);
        } finally {
            inTwin.rollback();
            inTwin.setAutoCommit(true);
        }
    }

    @Test
    void the_role_that_plans_on_the_twin_is_not_a_superuser() {
        assertThat(refusal("copy (select 1) to program 'true'")).contains("pg_execute_server_program");
    }

    @Test
    void only_this_user_can_read_the_folder_and_the_server_requires_a_password() throws Exception {
        assertThat(twins()).hasSize(1);
        assertThat(List.of(twins().get(0), twins().get(0).getParent()))
                .allSatisfy(folder -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                        .isEqualTo("rwx------"));
        assertThat(Files.readAllLines(twins().get(0).resolve("data/pg_hba.conf")).stream()
                        .filter(line -> !line.isBlank() && !line.startsWith("#")))
                .allMatch(line -> line.endsWith("scram-sha-256"));
    }

    private static String refusal(String query) {
        try (Statement statement = inTwin.createStatement()) {
            statement.execute(query);
            return "";
        } catch (SQLException e) {
            return Optional.ofNullable(e.getMessage()).orElse("");
        }
    }

    private static ExplainedPlan explain(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("explain (verbose, format json) " + sql)) {
            row.next();
            return ExplainedPlan.parse(row.getString(1));
        }
    }
}
