package dbopt.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import dbopt.guard.CaseDatabase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The proof over a partitioned table: on the table, and on each partition part beside part. */
class PartitionedIndexesTest {
    private static final String PROVEN = query("partitioned_indexes");
    private static final String PARTS = query("partitioned_parts")
            .replace("?::bigint[]::oid[]", "array(select f.index_oid::oid from (" + PROVEN + ") f)");
    private static final String REVIEW = query("needs_review");
    private static final String SINGLE = query("redundant_indexes");

    /** A leaf, a partition with a partition of its own, which is a default one, and a default partition. */
    private static final List<String> TREE = List.of(
            "create table p (a int, b int) partition by range (a)",
            "create table p_low partition of p for values from (0) to (10)",
            "create table p_high partition of p for values from (10) to (20) partition by list (b)",
            "create table p_high_rest partition of p_high default",
            "create table p_rest partition of p default");

    @RegisterExtension
    private static final CaseDatabase database = new CaseDatabase();

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            a copy                               | two duplicate one 3 | | create index one on p (a); create index two on p (a)
            leading keys                         | one prefix two 3    | | create index one on p (a); create index two on p (a, b)
            a chain                              | one prefix three 3  | | create index one on p (a); create unique index three on p (a, b)
            beside the constraint's              | one prefix p_pkey 3 | | alter table p add primary key (a, b); create index one on p (a)
            the framework's name stays           | one duplicate two_06f35677 3 | | create index one on p (a); create index two_06f35677 on p (a)
            of a partition with partitions       | one prefix two 1    | | create index one on p_high (a); create index two on p_high (a, b)
            columns in another order in a leaf   | one prefix two 4    | | create table other (b int, a int); alter table p attach partition other for values from (20) to (30); create index one on p (a); create index two on p (a, b)
            fuller pages of a part               | one prefix two 3    | | create index one on p (a); create index two on p (a, b); alter index p_low_a_idx set (fillfactor = 50)
            a leaf of the table alone            |                     | | create index one on p_low (a)
            its parts are not valid together     |                     | one partition_missing | create index one on only p (a); create index two on p (a)
            the keeper lacks a part              | two duplicate three 3 | one partition_missing | create index one on only p (a); create index two on p (a); create index three on p (a)
            a part that is clustered             |                     | one partitioned | create index one on p (a); create index two on p (a, b); alter table p_low cluster on p_low_a_idx
            a keeper's part of another order     |                     | one partitioned | create index low on p_low (a desc, b); create index one on p (a); create index two on p (a, b)
            a keeper's part is young             |                     | one partitioned | create index one on p (a); create index two on p (a, b); reset role; update pg_index set indcheckxmin = true where indexrelid = 'p_low_a_b_idx'::regclass
            a part with other storage options    |                     | two partitioned | create index one on p using brin (a); create index two on p using brin (a); alter index p_low_a_idx1 set (pages_per_range = 16)
            reversed on the table                |                     | one reversed_order | create index one on p (a desc); create index two on p (a, b)
            unique                               |                     | two unique_copy | create unique index one on p (a, b); create unique index two on p (a, b)
            """)
    void judges_the_whole_partition_tree(String sentence, String proven, String review, String setup) {
        List<String> statements = new ArrayList<>(TREE);
        statements.addAll(Arrays.asList(setup.split("; ")));
        assertThat(rows(
                        statements,
                        "select concat_ws(' ', index_name, kind, covered_by, parts) from (" + PROVEN + ") f"))
                .isEqualTo(proven == null ? List.of() : List.of(proven));
        assertThat(rows(
                        statements,
                        "select index_name || ' ' || code from (" + REVIEW + ") f where table_name in ('p', 'p_high')"))
                .isEqualTo(review == null ? List.of() : List.of(review));
    }

    @Test
    void an_index_of_a_leaf_alone_is_judged_against_the_part_that_stays() {
        List<String> statements = with(
                "create index one on p (a)",
                "create index two on p (a)",
                "create index own on p_low (a)",
                "create index p_low_a_own on p_low (a)");
        assertThat(rows(statements, "select index_name || ' ' || covered_by from (" + PROVEN + ") f"))
                .containsExactly("two one");
        assertThat(rows(statements, "select index_name || ' ' || covered_by from (" + SINGLE + ") f"))
                .containsExactly("own p_low_a_idx", "p_low_a_own p_low_a_idx");
    }

    @Test
    void the_reason_names_the_partitions() {
        assertThat(rows(
                        with(
                                "create index one on p (a)",
                                "create index two on p (a, b)",
                                "alter table p_low cluster on p_low_a_idx"),
                        "select reason from (" + REVIEW + ") f"))
                .containsExactly(
                        "two covers it on the table, but is not proven to do so on each partition: not on public.p_low");
    }

    @Test
    void a_foreign_table_among_the_partitions_requires_a_review() {
        List<String> statements = with(
                "reset role",
                "create foreign data wrapper nothing",
                "create server nowhere foreign data wrapper nothing",
                "create foreign table p_far partition of p for values from (100) to (200) server nowhere",
                "create index one on p (a)",
                "create index two on p (a, b)");
        assertThat(rows(statements, PROVEN)).isEmpty();
        assertThat(rows(statements, "select code || ': ' || reason from (" + REVIEW + ") f"))
                .containsExactly(
                        "partitioned: two covers it, but a foreign table among the partitions has no part of an index: without one it could not be rebuilt part by part while others write");
    }

    @Test
    void size_and_undo_statements_cover_all_parts() {
        assertThat(rows(
                        with(
                                "create index one on p (a) with (fillfactor = 70) where b > 0",
                                "create index two on p (a) where b > 0",
                                "alter index one rename to \"One\""),
                        "select f.definition, f.size_bytes, w.undo_sql from (" + PROVEN + ") f join (" + PARTS
                                + ") w using (index_oid)"))
                .containsExactly("CREATE INDEX two ON ONLY public.p USING btree (a) WHERE (b > 0) | 24576"
                        + " | CREATE INDEX two ON ONLY public.p USING btree (a) WHERE (b > 0)"
                        + "; CREATE INDEX p_high_a_idx1 ON ONLY public.p_high USING btree (a) WHERE (b > 0)"
                        + "; ALTER INDEX public.two ATTACH PARTITION public.p_high_a_idx1"
                        + "; CREATE INDEX CONCURRENTLY p_low_a_idx1 ON public.p_low USING btree (a) WHERE (b > 0)"
                        + "; ALTER INDEX public.two ATTACH PARTITION public.p_low_a_idx1"
                        + "; CREATE INDEX CONCURRENTLY p_rest_a_idx1 ON public.p_rest USING btree (a) WHERE (b > 0)"
                        + "; ALTER INDEX public.two ATTACH PARTITION public.p_rest_a_idx1"
                        + "; CREATE INDEX CONCURRENTLY p_high_rest_a_idx1 ON public.p_high_rest USING btree (a) WHERE (b > 0)"
                        + "; ALTER INDEX public.p_high_a_idx1 ATTACH PARTITION public.p_high_rest_a_idx1");
    }

    @Test
    void a_report_says_how_a_partitioned_index_is_dropped() {
        try (TestDatabase tree = TestDatabase.empty()) {
            reports(tree);
        }
    }

    private static void reports(TestDatabase tree) {
        TREE.forEach(tree::run);
        tree.run("create index one on p (a)", "create index two on p (a, b)");
        CommandRun run = CommandRun.on(tree, "audit");
        run.assertSucceeded();
        assertThat(run.output())
                .contains(
                        """
                        prefix         24 kB  public.p: one
                                              its keys are the leading keys of two
                                              redundant_partitioned: proven on every partition; it is dropped with its 3 parts, under an exclusive lock on the table and all partitions
                        """)
                .endsWith("Explained, each with an example: dev/guides/checks/redundant_partitioned.md\n");
        CommandRun json = CommandRun.on(tree, "audit", "--format", "json");
        assertThat(json.output())
                .contains("\"concurrent\" : false,", "\"parts\" : 3,", "\"dropSql\" : \"DROP INDEX public.one\"");
    }

    private static List<String> with(String... statements) {
        List<String> all = new ArrayList<>(TREE);
        all.addAll(List.of(statements));
        return all;
    }

    private static List<String> rows(List<String> setup, String query) {
        return database.rows(setup, query);
    }

    private static String query(String name) {
        return CaseDatabase.file("db/audit/" + name + ".sql").replaceFirst(";\\s*$", "");
    }
}
