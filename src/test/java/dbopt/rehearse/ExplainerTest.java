package dbopt.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts as pg_stat_statements prints them: with parameters where the values were, and without their types. */
class ExplainerTest {
    private static TestDatabase database;
    private static Connection connection;

    @BeforeAll
    static void prepare() {
        database = TestDatabase.empty();
        database.run(
                "create schema other",
                "create type mood as enum ('sad', 'happy')",
                "create table parcel (id int primary key, town text, weight numeric, sent_at timestamptz, sent_on date, mood mood, facts jsonb, tags text[])",
                "create table other.parcel (id int primary key, elsewhere int)",
                "create table other.label (id int primary key)",
                "create index by_town on parcel (town)",
                "insert into parcel select i, 'town ' || i % 100, i, now(), current_date, 'sad', '{}', '{}' from generate_series(1, 5000) i",
                "analyze parcel");
        connection = database.connect();
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // a literal after its type
                "select * from parcel where sent_at > now() - interval $1",
                "select * from parcel where sent_at > now() - interval $1 day",
                "select * from parcel where sent_at > timestamp with time zone $1 and sent_on > date $2",
                "select * from parcel where sent_at > timestamp(3) $1",
                "select * from parcel where mood = mood $1 and weight > numeric(10, 2) $2 and facts @> jsonb $3",
                "select * from parcel where mood = public.mood $1",
                "select * from parcel where weight > double precision $1",
                "select extract($1 from sent_at), extract($2 from sent_on) from parcel where id = $3",
                // values without a type
                "select * from parcel where ($1 is null or town = $2)",
                "select * from parcel where sent_at > current_date - $1",
                "select * from parcel where sent_on between current_date - $1 and current_date + $2",
                "select * from parcel where sent_at > now() - $1 * $2::interval",
                "select $1 + $2",
                "select round($1, $2) from parcel where id = $3",
                "select * from parcel where id in ($1, $2) and tags @> array[$3] and facts ->> $4 = $5 limit $6",
                "select * from parcel where id = any ($1) offset $2 limit $3",
                "insert into parcel (id, town) values ($1, $2), ($3, $4) on conflict (id) do update set town = $5",
                "select * from parcel where case when weight > $1 then $2 else $3 end = id",
                // the same value, counted twice
                "select date_trunc($1, sent_at), count(*) from parcel group by date_trunc($2, sent_at) order by date_trunc($3, sent_at)",
                "select case when weight > $1 then $2 else $3 end as class, count(*) from parcel group by case when weight > $4 then $5 else $6 end",
                "select extract($1 from sent_at), count(*) from parcel where town <> $2 group by extract($3 from sent_at)",
                "select distinct on (coalesce(town, $1)) id from parcel order by coalesce(town, $2), id desc nulls last",
                "select coalesce(town, $1) || $2, sum(weight) from parcel group by coalesce(town, $3), \"id\" having count(*) > $4",
                "with s as materialized (select facts from parcel where id = $1) select kv.key::text as key, (kv.value #>> $2)::text as value, count(*) as count from s cross join lateral jsonb_each(s.facts) as kv(key, value) where starts_with(kv.key, $3::text) and jsonb_typeof(kv.value) in ($4, $5) group by kv.key, (kv.value #>> $6)",
                "select date_trunc($1, sent_at), count(*) from parcel group by date_trunc('day', sent_at) order by date_trunc('day', sent_at)",
                "select case when weight > $1 then $2 else $3 end as class, count(*) from parcel group by case when weight > 5 then 'heavy' else 'light' end",
                // a value that continues the count
                "with recursive up as (select id, $1 as depth from parcel where id = $2 union all select p.id, up.depth + $3 from parcel p join up on p.id = up.id + $4 where up.depth < $5) select * from up",
                "select pg_catalog.generate_series($1, a.attnum) from pg_catalog.pg_attribute a where a.attnum > $2 and a.attname ~ $3 and a.attnum <> all (array[$4, $5])",
                // what stands before and between
                "/* a /* nested */ comment */ -- and another\nselect * from parcel where id = $1 -- at the end",
                "((select id from parcel where id = $1) union all select id from parcel where town = $2)",
                "table parcel",
                "with found as materialized (select * from parcel where id = $1) delete from parcel p using found where p.id = found.id"
            })
    void a_counted_statement_has_a_plan(String text) throws SQLException {
        Planned planned = plan(text, Map.of());
        assertThat(planned.unknown()).isEmpty();
        assertThat(planned.plans()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    select * from parcel where id = $1 and town in ($2, $3 | syntax error at end of input
                    select * from parcel p where p.nothing = $1            | column p.nothing does not exist
                    select nothing($1)                                     | function nothing(unknown) does not exist
                    select town, count(*) from parcel where id > $1        | column "parcel.town" must appear in the GROUP BY clause or be used in an aggregate function
                    select * from parcel where id = $1 $2                  | syntax error at or near "$2"
                    select * from (select $1::int) x, not $2               | syntax error at or near "not"
                    """)
    void a_statement_without_a_plan_is_unknown_and_has_a_reason(String text, String why) throws SQLException {
        assertThat(plan(text, Map.of())).isEqualTo(Planned.refused(why));
    }

    /** The column is named by its table alone: which table that is, the path of the role decides. */
    @Test
    void a_statement_is_planned_under_the_settings_of_the_role_that_ran_it() throws SQLException {
        String text = "select * from parcel where elsewhere = $1";
        assertThat(plan(text, Map.of()).unknown()).contains("column \"elsewhere\" does not exist");
        assertThat(plan(text, Map.of("search_path", "other, public")).unknown()).isEmpty();
        assertThat(plan("select * from label where id = $1", Map.of()).unknown())
                .as("settings of one role do not apply to the next")
                .contains("relation \"label\" does not exist");
        assertThat(shape("select * from parcel where town = $1", Map.of())).contains("by_town");
        assertThat(shape(
                        "select * from parcel where town = $1",
                        Map.of("enable_indexscan", "off", "enable_bitmapscan", "off")))
                .contains("Seq Scan");
    }

    private static String shape(String text, Map<String, String> settings) throws SQLException {
        return String.join(
                "\n", plan(text, settings).plans().get(Explainer.ANY_VALUES).shape());
    }

    private static Planned plan(String text, Map<String, String> settings) throws SQLException {
        return new Explainer(connection)
                .plan(new WorkloadStatement(
                        "1", text, true, Optional.empty(), false, OptionalDouble.of(1), 1, 1, settings));
    }
}
