package dbopt.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The guard of a drop that is based on the counters: it reads them again, and refuses an index no longer shown as unused. */
@Timeout(120)
class UnusedDropTest {
    private static final String HERE =
            "(select system_identifier from pg_control_system()) || '/' || current_database()";
    private static final String COUNTED_SINCE =
            "greatest((select stats_reset from pg_stat_bgwriter), (select stats_reset from pg_stat_database where datname = current_database()))";
    private static final String INDEX = "create index narrow on t (a)";

    @RegisterExtension
    private static final CaseDatabase database = new CaseDatabase();

    @Test
    void passes_while_nothing_has_changed() {
        assertThat(refusal(List.of(INDEX), "0", "now()", COUNTED_SINCE, HERE)).isEmpty();
    }

    @ParameterizedTest(name = "{4}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            3 | now()                     | SINCE                       | HERE        | it had been scanned 3 times when it was observed, and now 0 times
            0 | now() - interval '8 days' | SINCE                       | HERE        | the evidence ends at .*, more than 7 days ago
            0 | now()                     | SINCE - interval '1 second' | HERE        | its counters were restarted at .*, by a reset, a crash or a failover: those that were observed began at .*
            """)
    void refuses_an_index_that_the_counters_no_longer_show_as_unused(
            String scans, String asOf, String since, String observed, String reason) {
        ServerErrorMessage refusal = refusal(
                        List.of(INDEX),
                        scans,
                        asOf,
                        since.replace("SINCE", COUNTED_SINCE),
                        observed.replace("HERE", HERE))
                .orElseThrow();
        assertThat(refusal.getMessage()).isEqualTo("public.narrow is not proven unused, so it was not dropped");
        assertThat(refusal.getDetail()).matches(reason);
        assertThat(refusal.getHint())
                .isEqualTo(
                        "Nothing was changed. Observe every node again (dbopt observe), see what the audit now says about it (dbopt audit --evidence), and scaffold the migration again, or delete it.");
    }

    @Test
    void in_another_database_the_scans_of_the_evidence_are_ignored() {
        assertThat(refusal(List.of(INDEX), "3", "now() - interval '1 year'", "now()", "'42/app'"))
                .isEmpty();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            create unique index narrow on t (a)                                            | it is unique: it keeps duplicates out without being scanned
            alter table t add constraint narrow unique (a)                                 | a constraint depends on it, whether it is scanned or not
            alter table t add constraint narrow exclude (a with =)                         | a constraint depends on it, whether it is scanned or not
            create unique index narrow on t (a); alter table t replica identity using index narrow | it is the replica identity of its table: logical replication would lose UPDATE and DELETE
            create index narrow on t (a); cluster t using narrow                           | its table is clustered on it: CLUSTER would fail
            create index narrow on t (lower(name))                                         | the planner has statistics of its expressions from it, for queries that never scan it: CREATE STATISTICS on them first
            create table parent (id int primary key); create index narrow on t (b, a); alter table t add foreign key (b) references parent | it alone leads with the columns of the foreign key t_b_fkey: a DELETE or UPDATE of the table that it refers to, however rare, would read the whole table
            """)
    void keeps_an_index_that_is_needed_without_scans(String setup, String reason) {
        assertThat(refusal(List.of(setup.split("; ")), "0", "now()", COUNTED_SINCE, HERE)
                        .orElseThrow()
                        .getDetail())
                .isEqualTo(reason);
    }

    @ParameterizedTest(name = "{0} with {1}: passes {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            create index narrow on t (lower(name))                | array['public.s']             | true
            create index narrow on t (lower(name))                | array['public.s', 'public.r'] | false
            create index narrow on t (lower(name), a, upper(name)) | array['public.s', 'public.r'] | true
            create index narrow on t (lower(name), a, upper(name)) | array['public.s']             | false
            create unique index narrow on t (lower(name))         | array['public.s']             | false
            create index narrow on t (lower(name)) where a > 0    | '{}'                          | true
            create index narrow on t (lower(name))                | '{}'                          | false
            """)
    void drops_an_expression_index_only_if_statistics_replace_each_of_its_expressions(
            String index, String statistics, boolean passes) {
        assertThat(refusal(
                                List.of(index),
                                "0",
                                "now()",
                                COUNTED_SINCE,
                                HERE + ", expression_statistics => " + statistics)
                        .isEmpty())
                .isEqualTo(passes);
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            none                     |                                                                                             | stops
            of the same expressions  | create statistics s on (lower(name)) from t; create statistics r on (a + 1) from t          | passes
            in another order         | create statistics r on (lower(name)) from t; create statistics s on (a + 1) from t          | stops
            of another expression    | create statistics s on (upper(name)) from t; create statistics r on (a + 1) from t          | stops
            of another table         | create table u (like t); create statistics s on (lower(name)) from u; create statistics r on (a + 1) from t | stops
            of columns               | create statistics s on a, b from t; create statistics r on (a + 1) from t                   | stops
            """)
    void the_drop_waits_for_statistics_of_the_expressions(String scenario, String setup, String outcome) {
        List<String> statements = new ArrayList<>(List.of("create index narrow on t (lower(name), (a + 1))"));
        if (setup != null) {
            statements.addAll(List.of(setup.split("; ")));
        }
        assertThat(asked(statements, "select pg_temp.assert_statistics('public.narrow', array['public.s', 'public.r'])")
                        .isEmpty())
                .as(scenario)
                .isEqualTo(outcome.equals("passes"));
    }

    @Test
    void a_foreign_key_served_by_another_index_does_not_keep_an_index() {
        assertThat(refusal(
                        List.of(
                                "create table parent (id int primary key)",
                                "create index narrow on t (b)",
                                "create index other on t (b, a)",
                                "alter table t add foreign key (b) references parent"),
                        "0",
                        "now()",
                        COUNTED_SINCE,
                        HERE))
                .isEmpty();
    }

    @Test
    void a_missing_index_passes_and_a_renamed_one_does_not() {
        String call =
                """
                set local search_path = '';
                select pg_temp.assert_unused('public.narrow', definition => 'CREATE INDEX narrow ON public.t USING btree (a)',
                    scans => 0, as_of => now(), counted_since => now(), observed => 'x/y')
                """;
        assertThat(asked(List.of(), call)).isEmpty();
        assertThat(asked(List.of("create index other on t (a)"), call)
                        .orElseThrow()
                        .getMessage())
                .isEqualTo("public.narrow is gone, but public.other has the same definition");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            nothing in the way             | select                                  |
            a part that CLUSTER needs      | alter table p_low cluster on p_low_a_idx | its part public.p_low_a_idx: its table is clustered on it: CLUSTER would fail
            a partition's own foreign key  | alter table p_low add foreign key (a) references q | its part public.p_low_a_idx: it alone leads with the columns of the foreign key p_low_a_fkey: a DELETE or UPDATE of the table that it refers to, however rare, would read the whole table
            another part than it was       | alter index p_low_a_idx set (fillfactor = 50) | its part public.p_low_a_idx is CREATE INDEX p_low_a_idx ON public.p_low USING btree (a) WITH (fillfactor='50'), but the undo script would restore CREATE INDEX p_low_a_idx ON public.p_low USING btree (a)
            a foreign table as partition   | reset role; create foreign data wrapper nothing; create server nowhere foreign data wrapper nothing; create foreign table p_far partition of p for values from (10) to (20) server nowhere | a foreign table among the partitions has no part of an index: without one it could not be rebuilt part by part while others write
            """)
    void looks_at_every_part_of_a_partitioned_index(String sentence, String change, String reason) {
        List<String> setup = new ArrayList<>(List.of(
                "create table q (a int primary key)",
                "create table p (a int) partition by range (a)",
                "create table p_low partition of p for values from (0) to (10)",
                "create index one on p (a)"));
        setup.addAll(Arrays.asList(change.split("; ", -1)));
        String call =
                """
                select pg_temp.assert_unused('public.one', scans => 0, as_of => now(), counted_since => now(), observed => 'another',
                    definition => pg_get_indexdef('one'::regclass)%s)
                """;
        assertThat(asked(
                                setup,
                                call.formatted(
                                        ", parts => array['CREATE INDEX one ON ONLY public.p USING btree (a)', 'CREATE INDEX p_low_a_idx ON public.p_low USING btree (a)']"))
                        .map(ServerErrorMessage::getDetail))
                .isEqualTo(Optional.ofNullable(reason));
        assertThat(asked(setup, call.formatted("")).orElseThrow().getDetail())
                .contains("it belongs to a partitioned index by now, which is dropped as a whole");
    }

    /** The audit and the guard compare the same properties. */
    @Test
    void the_audit_and_the_guard_share_the_rule_of_counters() {
        assertThat(rule("db/callback/beforeEachMigrate.sql")).isEqualTo(rule("db/audit/observed_indexes.sql"));
    }

    private static List<String> rule(String file) {
        List<String> lines = new ArrayList<>();
        boolean within = false;
        for (String line : CaseDatabase.file(file).lines().map(String::strip).toList()) {
            within = (within || line.equals("-- begin rule of counters")) && !line.equals("-- end rule of counters");
            if (within) {
                lines.add(line);
            }
        }
        assertThat(lines).hasSizeGreaterThan(20);
        return lines;
    }

    private static Optional<ServerErrorMessage> refusal(
            List<String> setup, String scans, String asOf, String since, String observed) {
        return asked(
                setup,
                """
                select pg_temp.assert_unused('public.narrow', scans => %s, as_of => %s, counted_since => %s,
                    observed => %s,
                    definition => pg_get_indexdef('narrow'::regclass),
                    depends_on => pg_temp.dependencies('narrow'::regclass))
                """
                        .formatted(scans, asOf, since, observed));
    }

    private static Optional<ServerErrorMessage> asked(List<String> setup, String call) {
        return database.with(setup, connection -> answer(connection, call));
    }

    private static Optional<ServerErrorMessage> answer(Connection connection, String call) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(CaseDatabase.GUARD);
            statement.execute(call);
            return Optional.empty();
        } catch (PSQLException e) {
            if (!"55000".equals(e.getSQLState())) {
                throw e;
            }
            return Optional.of(e.getServerErrorMessage());
        }
    }
}
