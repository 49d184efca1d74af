package dbopt.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.Await;
import dbopt.TestDatabase;
import dbopt.guard.CaseDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JSON of an index that needs review: its code, and the statements that restore it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ReviewCodesTest {
    private static final String QUERY = CaseDatabase.file("db/audit/needs_review.sql");

    private static final String BROKEN =
            "invalid | broken | it is not valid: an interrupted build or drop left it behind; no query uses it. Needed: REINDEX INDEX CONCURRENTLY public.broken. Not needed: DROP INDEX CONCURRENTLY public.broken";

    @RegisterExtension
    private static final CaseDatabase database = new CaseDatabase();

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            unique_copy          | one by two   | create unique index two on t (a); create unique index one on t (a); alter table t replica identity using index two
            unique_copy          | one by two   | create unique index one on t (a); create unique index two on t (a) include (b)
            constraint           | one by two   | alter table t add constraint two primary key (a); alter table t add constraint one unique (a)
            foreign_key          | one by two   | alter table t add constraint one unique (a); create table child (a int references t (a)); alter table t add constraint two primary key (a); alter table t replica identity using index one
            foreign_key          | one by two   | create unique index one on t (a); create table child (a int references t (a)); alter table t add constraint two primary key (a)
            replica_identity     | one by two   | alter table t add constraint two primary key (a); create unique index one on t (a); alter table t replica identity using index one; cluster t using one
            clustered            | one by two   | create index one on t (a desc); create index two on t (a, b); cluster t using one
            clustered            | one by two   | create unique index one on t (a); alter table t add constraint two primary key (a); cluster t using one
            refresh_concurrently | two by one   | create materialized view m as select a from t; create unique index one on m (a); create unique index two on m (a)
            operator_class       | one by two   | create index one on t (name text_pattern_ops desc) where b > 0; create index two on t (name, b)
            operator_class       | one by two   | create index one on t (name text_pattern_ops); create index two on t (name)
            reversed_order       | one by two   | create index one on t (a); create unique index two on t (a desc)
            reversed_order       | one by three | create index one on t (a desc) where b > 0; create index two on t (a); create index three on t (a, c) where b > 0
            reversed_order       | one by two   | create index one on t (a desc) where b > 0; create index two on t (a, b)
            partial              | one by two   | create index one on t using brin (moment) with (pages_per_range = 16) where moment is not null; create index two on t using brin (moment)
            implied_unique       | one by two   | create unique index one on t (a, b); create unique index two on t (a)
            implied_unique       | one by three | create unique index one on t (a, b, c); create unique index three on t (a); alter table t add constraint two unique (b, a); create table child (a int, b int, foreign key (a, b) references t (a, b))
            constraint           | one by two   | alter table t add constraint one unique (a, b); create unique index two on t (a)
            hash                 | one by two   | create index one on t using hash (a) where b > 0; create index two on t (a desc, b)
            operator_class       | one by two   | create index one on t (name varchar_pattern_ops); create index two on t (name varchar_ops)
            reversed_order       | one by two   | create index one on t (name varchar_ops desc); create index two on t (name, a)
            equal_operator_class | two by one   | create index one on t (name); create index two on t (name varchar_ops)
            equal_operator_class | one by two   | create table hosts (address cidr); create index one on hosts (address); create index two on hosts (address cidr_ops, (1))
            storage_options      | two by one   | create index two on t using brin (moment); create index one on t using brin (moment) with (pages_per_range = 16)
            partial              | one by two   | create index two on t (a, b); create index one on t (a) where b > 0; reset role; update pg_index set indcheckxmin = true where indexrelid = 'two'::regclass
            older_transactions   | one by two   | create table p (a int, b int) partition by range (a); create index one on p (a); create index two on p (a, b); reset role; update pg_index set indcheckxmin = true where indexrelid = 'two'::regclass
            partitioned          | one by two   | create table p (a int, b int) partition by range (a); create table p1 partition of p for values from (0) to (10); create index one on p (a); create index two on p (a, b); alter table p1 cluster on p1_a_idx
            reversed_order       | one by two   | create table p (a int, b int) partition by range (a); create index one on p (a desc); create index two on p (a, b)
            older_transactions   | one by two   | create index one on t (a); create index two on t (a, b); reset role; update pg_index set indcheckxmin = true where indexrelid = 'two'::regclass
            leftover             | one_ccold by one | create index one on t (a); create index one_ccold on t (a); reset role; update pg_index set indisvalid = false where indexrelid = 'one_ccold'::regclass
            leftover             | one_ccnew1 by null | create schema s; create table s.t (a int); create index one on s.t (a); create index one_ccnew1 on t (a); reset role; update pg_index set indisvalid = false where indexrelid = 'one_ccnew1'::regclass
            invalid              | one by null  | create index one on t (a); reset role; update pg_index set indisvalid = false where indexrelid = 'one'::regclass
            invalid              | one by null  | create index one on t (a); reset role; update pg_index set indisready = false where indexrelid = 'one'::regclass
            invalid              | one by null  | create index one on t (a); reset role; update pg_index set indislive = false where indexrelid = 'one'::regclass
            invalid              | one by null  | create index one on t (a desc); create index two on t (a); reset role; update pg_index set indisvalid = false where indexrelid = 'one'::regclass
            invalid              | two by null  | create index one on t (a desc); create index two on t (a); reset role; update pg_index set indisvalid = false where indexrelid = 'two'::regclass
            partition_missing    | one by null  | create table p (a int) partition by range (a); create table p1 partition of p for values from (0) to (10); create index one on only p (a)
            """)
    void reports_the_code_of_the_most_severe_obstacle(String code, String pair, String setup) {
        List<String> found = database.rows(
                List.of(setup.split("; ")),
                "select code, index_name || ' by ' || coalesce(covered_by, 'null'),"
                        + " case when undo_sql is null then 'nothing to bring back' else 'can be brought back' end from ("
                        + withoutEnd() + ") found");
        boolean unusable = List.of("leftover", "invalid", "partition_missing").contains(code);
        assertThat(found)
                .containsExactly(
                        code + " | " + pair + " | " + (unusable ? "nothing to bring back" : "can be brought back"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            the other copy is the replica identity   | one by two | create unique index one on t (a); create unique index two on t (a); alter table t replica identity using index two
            the other copy is clustered              | one by two | create unique index one on t (a); create unique index two on t (a); cluster t using two
            the replica identity outweighs clustering | one by two | create unique index one on t (a); create unique index two on t (a); cluster t using one; alter table t replica identity using index two
            a constraint outweighs both              | one by two | create unique index one on t (a); alter table t add constraint two unique (a); cluster t using one; alter table t replica identity using index one
            a primary key outweighs a constraint     | one by two | alter table t add constraint one unique (a); alter table t add constraint two primary key (a)
            a foreign key outweighs none             | one by two | create unique index one on t (a); create unique index two on t (a); create table child (a int references t (a)); update pg_constraint set conindid = 'two'::regclass where contype = 'f'
            a constraint outweighs a foreign key     | one by two | create unique index one on t (a); create table child (a int references t (a)); alter table t add constraint two unique (a)
            the other copy is not reversed           | one by two | create unique index one on t (a desc); create unique index two on t (a)
            the other copy has less that is reversed | one by two | create unique index one on t (a desc, b desc nulls first); create unique index two on t (a, b nulls last)
            the other copy has a framework's name    | one by two_06f35677 | create unique index one on t (a); create unique index two_06f35677 on t (a)
            the order outweighs a framework's name   | one_06f35677 by two | create unique index one_06f35677 on t (a desc); create unique index two on t (a)
            the first by name                        | two by one | create unique index two on t (a); create unique index one on t (a)
            the first by name, capitals first        | one by TWO | create unique index one on t (a); create unique index "TWO" on t (a)
            """)
    void names_one_of_two_that_could_replace_each_other(String sentence, String pair, String setup) {
        List<String> statements = new ArrayList<>();
        Arrays.stream(setup.split("; ")).forEach(statement -> {
            if (statement.startsWith("update pg_")) {
                statements.add("reset role");
            }
            statements.add(statement);
        });
        assertThat(database.rows(
                        statements, "select index_name || ' by ' || covered_by from (" + withoutEnd() + ") found"))
                .containsExactly(pair);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            a plain index                | create index "One %s; ON ONLY" on t (a desc); create index two on t (a)
            an index of a tablespace     | create index one on t (lower(name) desc) include (b) with (fillfactor = 70) tablespace other_disk where b > 0; create index two on t (lower(name)) include (b) where b > 0
            a constraint                 | alter table t add constraint two primary key (a); alter table t add constraint one unique (a) deferrable initially deferred
            a deferrable constraint      | alter table t add constraint two primary key (a); alter table t add constraint one unique (a) deferrable
            a constraint's foreign key   | alter table t add constraint one unique (a); create table child (a int constraint to_t references t (a) on delete cascade); alter table t add constraint two primary key (a)
            a unique index's foreign key | create unique index one on t (a); create table child (a int constraint to_t references t (a) on delete set null); alter table t add constraint two primary key (a)
            the replica identity, clustered | alter table t add constraint two primary key (a); create unique index one on t (a); alter table t replica identity using index one; cluster t using one
            a partitioned table's index  | create table p (a int, b int) partition by range (a); create table p1 partition of p for values from (0) to (10); create index one on p (a desc); create index two on p (a, b)
            a partitioned table's constraint | create table p (a int, b int) partition by range (a); create table p1 partition of p for values from (0) to (10); alter table p add constraint one unique (a); create table child (a int constraint to_p references p (a)) partition by range (a); create table child1 partition of child for values from (0) to (10); alter table p add constraint two primary key (a)
            """)
    void says_how_to_restore_an_index_and_its_dependent_objects(String sentence, String setup) {
        List<String> statements = new ArrayList<>(List.of(setup.split("; (?!ON ONLY)")));
        statements.add("set local search_path = ''");
        boolean back = database.with(statements, connection -> {
            List<String> before = state(connection);
            String undo = CaseDatabase.rows(connection, "select undo_sql from (" + withoutEnd() + ") found")
                    .get(0);
            assertThat(undo).doesNotContain("child1");
            assertThat(undo.contains(" CONCURRENTLY ")).isEqualTo(!sentence.contains("partitioned"));
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        """
                        do $$ declare gone regclass; begin
                            select c.oid into gone from pg_class c where lower(relname) ~ '^one' and relnamespace = 'public'::regnamespace;
                            if exists (select from pg_constraint where conindid = gone and contype = 'u') then
                                execute format('alter table %s drop constraint one cascade', (select indrelid::regclass from pg_index where indexrelid = gone));
                            else
                                execute format('drop index %s cascade', gone);
                            end if;
                        end $$
                        """);
                assertThat(state(connection)).isNotEqualTo(before);
                // the cases run in a transaction
                statement.execute(undo.replaceFirst(" CONCURRENTLY ", " "));
            }
            assertThat(state(connection)).isEqualTo(before);
            return true;
        });
        assertThat(back).isTrue();
    }

    @Test
    void distinguishes_an_index_being_built_from_the_leftover_of_a_failed_build() throws SQLException {
        try (TestDatabase live = TestDatabase.empty();
                Connection blocker = live.connect();
                Connection builder = live.connect();
                Connection reader = live.connect()) {
            withBrokenIndex(live);
            live.run("create index two on t (a)");
            blocker.setAutoCommit(false);
            blocker.createStatement().execute("lock table t in row exclusive mode");
            Thread build = new Thread(() -> {
                try (Statement statement = builder.createStatement()) {
                    statement.execute("create index concurrently one on t (a)");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            build.start();
            String asked = "select code, index_name, reason from (" + withoutEnd() + ") found";
            Await.until(() -> live.query(asked).size() > 1, () -> "the build begins");
            String pid = CaseDatabase.rows(
                            reader, "select pid from pg_stat_progress_create_index where relid = 't'::regclass")
                    .get(0);
            assertThat(CaseDatabase.rows(reader, asked))
                    .containsExactly(
                            BROKEN,
                            "building | one | it is not valid: process " + pid
                                    + " is building it right now; audit again when that is done");
            try (Connection stranger = live.connectAsStranger()) {
                assertThat(CaseDatabase.rows(stranger, asked))
                        .hasSize(2)
                        .contains(
                                "building_unknown | one | it is not valid: whether process " + pid
                                        + " is building it right now is hidden from this role; if not, REINDEX INDEX CONCURRENTLY public.one or drop it");
            }
            try (TestDatabase other = TestDatabase.empty()) {
                withBrokenIndex(other);
                try (Connection stranger = other.connectAsStranger()) {
                    assertThat(CaseDatabase.rows(stranger, asked)).containsExactly(BROKEN);
                }
            }
            blocker.rollback();
            join(build);
            assertThat(CaseDatabase.rows(reader, asked)).containsExactly(BROKEN);
        }
    }

    private static void withBrokenIndex(TestDatabase database) {
        database.run("create table t (a int)", "create index broken on t (a)");
        database.runAsSuperuser("update pg_index set indisvalid = false where indexrelid = 'broken'::regclass");
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The indexes and all that depends on them; the server itself chooses which of two copies a foreign key depends on. */
    private static List<String> state(Connection connection) throws SQLException {
        return CaseDatabase.rows(
                connection,
                """
                select pg_get_indexdef(i.indexrelid), i.indisreplident, i.indisclustered, i.indimmediate, c.reltablespace,
                    t.relreplident,
                    (select k.conname || ' ' || pg_get_constraintdef(k.oid) from pg_constraint k
                        where k.conindid = i.indexrelid and k.contype <> 'f')
                from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
                where c.relnamespace = 'public'::regnamespace
                union all
                select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid), null, null, null, null, null, null
                from pg_constraint where contype = 'f'
                order by 1
                """);
    }

    private static String withoutEnd() {
        return QUERY.replaceFirst(";\\s*$", "");
    }
}
