package dbopt.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.guard.CaseDatabase;
import dbopt.guard.RedundancyCase;
import dbopt.guard.RedundancyCase.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Findings for a person to judge: indexes that look redundant without proof, each with an actionable reason. */
class NeedsReviewTest {
    private static final String QUERY = "select schema_name, table_name, index_name, covered_by, reason from ("
            + CaseDatabase.file("db/audit/needs_review.sql").replaceFirst(";\\s*$", "") + ") found";

    @RegisterExtension
    private static final CaseDatabase database = new CaseDatabase();

    static List<RedundancyCase> cases() {
        return database.cases();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void judges_the_narrow_index(RedundancyCase example) {
        List<String> found = rows(example.setup()).stream()
                .filter(row -> row.matches("\\S+ \\| \\S+ \\| narrow \\| .*"))
                .map(row -> row.contains(" | narrow | kept | ") ? "kept" : row)
                .toList();
        assertThat(found).isEqualTo(example.verdict() == Verdict.REVIEW ? List.of("kept") : List.of());
    }

    @Test
    void says_which_of_two_unique_copies_to_look_at() {
        assertThat(rows("alter table t add primary key (a)", "create unique index extra on t (a)"))
                .containsExactly(
                        "public | t | extra | t_pkey | it and t_pkey are both unique on the same keys: one is enough, unless ON CONFLICT or error handling names it");
    }

    @Test
    void says_how_a_second_constraint_is_dropped() {
        assertThat(rows("alter table t add primary key (a)", "alter table t add constraint \"Extra\" unique (a)"))
                .containsExactly(
                        "public | t | Extra | t_pkey | it and t_pkey are both unique on the same keys: one is enough, unless ON CONFLICT or error handling names it; it backs a constraint, and would be dropped with it: ALTER TABLE public.t DROP CONSTRAINT \"Extra\"");
    }

    @Test
    void says_which_foreign_keys_depend_on_a_second_constraint() {
        assertThat(rows(
                        "alter table t add constraint second unique (a)",
                        "create table child (a int constraint to_t references t (a))",
                        "alter table t add primary key (a)"))
                .containsExactly(
                        "public | t | second | t_pkey | it and t_pkey are both unique on the same keys: one is enough, unless ON CONFLICT or error handling names it; it backs a constraint, and would be dropped with it: ALTER TABLE public.t DROP CONSTRAINT second; foreign keys depend on it and would have to be added again: to_t of child");
    }

    @Test
    void keeps_the_unique_copy_that_is_the_replica_identity() {
        assertThat(rows(
                        "create unique index one on t (a)",
                        "create unique index two on t (a)",
                        "alter table t replica identity using index two"))
                .containsExactly(
                        "public | t | one | two | it and two are both unique on the same keys: one is enough, unless ON CONFLICT or error handling names it");
    }

    @Test
    void says_that_the_replica_identity_has_to_move_from_a_unique_copy_of_the_primary_key() {
        assertThat(rows(
                        "alter table t add primary key (a)",
                        "create unique index two on t (a)",
                        "alter table t replica identity using index two"))
                .containsExactly(
                        "public | t | two | t_pkey | it and t_pkey are both unique on the same keys: one is enough, unless ON CONFLICT or error handling names it; it is the replica identity of its table: ALTER TABLE public.t REPLICA IDENTITY USING INDEX t_pkey first");
    }

    @Test
    void says_that_clustering_has_to_move() {
        assertThat(rows("create index one on t (a)", "create index two on t (a, b)", "cluster t using one"))
                .containsExactly(
                        "public | t | one | two | its table is clustered on it: ALTER TABLE public.t CLUSTER ON two first");
    }

    @Test
    void says_what_a_unique_copy_is_for_on_a_materialised_view() {
        assertThat(rows(
                        "create materialized view m as select a from t",
                        "create unique index one on m (a)",
                        "create unique index two on m (a)"))
                .containsExactly(
                        "public | m | two | one | it and one are both unique on the same keys: one is enough, unless ON CONFLICT or error handling names it; REFRESH MATERIALIZED VIEW CONCURRENTLY needs one unique index on columns, without a predicate, to stay");
    }

    @Test
    void says_what_reversed_order_means() {
        assertThat(rows("create index one on t (a desc)", "create index two on t (a, b)"))
                .containsExactly(
                        "public | t | one | two | two has the same keys in exactly reverse order: a backward scan of it finds the same");
    }

    @Test
    void says_what_a_pattern_index_is_for() {
        assertThat(rows("create index name_like on t (name text_pattern_ops)", "create index by_name on t (name)"))
                .containsExactly(
                        "public | t | name_like | by_name | it serves LIKE 'x%' outside the C collation, which by_name does not; for = the latter is enough");
    }

    @Test
    void says_what_a_partial_index_beside_a_full_one_means() {
        assertThat(rows("create index part on t (a) where b > 0", "create index full_one on t (a, b)"))
                .containsExactly(
                        "public | t | part | full_one | it is partial, and full_one, which has the columns of its predicate too, serves the same queries; but the partial one is smaller");
    }

    @Test
    void says_what_a_hash_is_for() {
        assertThat(rows("create index hashed on t using hash (name)", "create index by_name on t (name, a)"))
                .containsExactly(
                        "public | t | hashed | by_name | it is a hash, and by_name, a btree that leads with its column, serves = too; a hash is smaller where values are long");
    }

    @Test
    void says_that_operators_are_the_same_under_another_name() {
        assertThat(rows("create index one on t (name)", "create index two on t (name varchar_ops)"))
                .containsExactly(
                        "public | t | two | one | its operator class has another name than that of one, and the same operators: both are of one family and input type");
    }

    @Test
    void says_when_a_unique_index_that_enforces_nothing_of_its_own_is_needed() {
        assertThat(rows("alter table t add primary key (a)", "create unique index wide on t (b, a)"))
                .containsExactly(
                        "public | t | wide | t_pkey | it enforces nothing that t_pkey does not, which is unique on fewer of its keys: it is needed only where queries use its order or its other columns, or ON CONFLICT names them");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            its table's primary key         | alter table t add unique (a); alter table t add primary key (a, b)
            a foreign key depends on it       | alter table t add primary key (a); alter table t add unique (a, b); create table child (a int, b int, foreign key (a, b) references t (a, b))
            the narrower one is checked late | alter table t add unique (a) deferrable; create unique index wide on t (a, b)
            """)
    void does_not_report_a_wider_unique_index_that_is_needed(String reason, String setup) {
        assertThat(rows(setup.split("; "))).as(reason).isEmpty();
    }

    @Test
    void says_which_storage_options_differ() {
        assertThat(rows(
                        "create index one on t using brin (moment)",
                        "create index two on t using brin (moment) with (pages_per_range = 16, autosummarize)"))
                .containsExactly(
                        "public | t | two | one | it differs from one only in storage options that change how it works (autosummarize=true, pages_per_range=16; there: the defaults)");
    }

    @Test
    void says_how_the_index_of_a_partitioned_table_is_dropped() {
        assertThat(rows(
                        "create table p (a int, b int) partition by range (a)",
                        "create table p1 partition of p for values from (0) to (10)",
                        "create index one on p (a desc)",
                        "create index two on p (a, b)"))
                .containsExactly(
                        "public | p | one | two | two has the same keys in exactly reverse order: a backward scan of it finds the same; two covers it, but the index of a partitioned table cannot be dropped concurrently: DROP INDEX public.one locks the table and all its partitions for a moment");
    }

    @Test
    void says_what_an_interrupted_build_left_behind() {
        assertThat(rows(
                        "create index one on t (a)",
                        "create index two on t (a)",
                        "reset role",
                        "update pg_index set indisvalid = false where indexrelid = 'two'::regclass"))
                .containsExactly(
                        "public | t | two | null | it is not valid: an interrupted build or drop left it behind; no query uses it. Needed: REINDEX INDEX CONCURRENTLY public.two. Not needed: DROP INDEX CONCURRENTLY public.two");
    }

    @Test
    void says_what_an_interrupted_REINDEX_left_behind() {
        assertThat(rows(
                        "create index one on t (a)",
                        "create index one_ccnew1 on t (a)",
                        "reset role",
                        "update pg_index set indisvalid = false where indexrelid = 'one_ccnew1'::regclass"))
                .containsExactly(
                        "public | t | one_ccnew1 | one | it is what an interrupted REINDEX CONCURRENTLY left behind; no query uses it: DROP INDEX CONCURRENTLY public.one_ccnew1");
    }

    @Test
    void says_that_a_partition_lacks_its_part() {
        assertThat(rows(
                        "create table p (a int, b int) partition by range (a)",
                        "create table p1 partition of p for values from (0) to (10)",
                        "create index one on only p (a)"))
                .containsExactly(
                        "public | p | one | null | it is not valid, because a partition lacks its part: build that and ALTER INDEX public.one ATTACH PARTITION it, or drop it");
    }

    @Test
    void never_names_a_leftover_of_REINDEX_as_the_other_index() {
        assertThat(rows(
                        "create index one on t (a desc)",
                        "create index two_ccnew on t (a)",
                        "create index wide_ccold2 on t (a, b)"))
                .containsExactly(
                        "public | t | two_ccnew | one | one has the same keys in exactly reverse order: a backward scan of it finds the same");
    }

    @Test
    void does_not_report_an_unusable_index_that_its_owner_alone_cannot_drop() {
        assertThat(
                        rows(
                                "create table p (a int) partition by range (a)",
                                "create table p1 partition of p for values from (0) to (10)",
                                "create index on p (a)",
                                "create index one on t (a)",
                                "reset role",
                                "alter extension plpgsql add table t",
                                "update pg_index set indisvalid = false where indexrelid in ('p1_a_idx'::regclass, 'one'::regclass)"))
                .isEmpty();
    }

    @Test
    void names_the_closest_of_several_indexes() {
        String candidate = "create index one on t (a desc)";
        assertThat(keeperOfOne(candidate, "create index far on t (a, b, c)", "create index near on t (a, c)"))
                .isEqualTo("near");
        assertThat(keeperOfOne(candidate, "create index b on t (a, b)", "create index c on t (a) include (b, c)"))
                .isEqualTo("c");
        assertThat(keeperOfOne(
                        candidate,
                        "create unique index b on t (a) include (b, c)",
                        "create unique index c on t (a) include (b)"))
                .isEqualTo("c");
        assertThat(keeperOfOne(candidate, "create unique index q on t (a)", "create unique index p on t (a)"))
                .isEqualTo("p");
    }

    private static String keeperOfOne(String... setup) {
        return rows(setup).stream()
                .map(row -> row.split(" \\| ", -1))
                .filter(row -> row[2].equals("one"))
                .map(row -> row[3])
                .findFirst()
                .orElse("none");
    }

    @Test
    void never_names_a_keeper_that_is_to_be_dropped_itself() {
        assertThat(rows(
                        "create index one on t (a desc)",
                        "create index two on t (a)",
                        "create index three on t (a, b)"))
                .containsExactly(
                        "public | t | one | three | three has the same keys in exactly reverse order: a backward scan of it finds the same");
    }

    @Test
    void leaves_out_an_index_that_is_proven_against_another_index() {
        assertThat(rows(
                        "create index one on t (a desc)",
                        "create index two on t (a)",
                        "create index three on t (a desc, b)"))
                .containsExactly(
                        "public | t | two | three | three has the same keys in exactly reverse order: a backward scan of it finds the same");
    }

    private static List<String> rows(String... setup) {
        return rows(List.of(setup));
    }

    private static List<String> rows(List<String> setup) {
        return database.rows(setup, QUERY);
    }
}
