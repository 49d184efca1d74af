package dbopt.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.guard.CaseDatabase;
import dbopt.guard.RedundancyCase;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The audit's proof: every case that the guard is held to, and what only a whole set of indexes can show. */
class RedundantIndexesTest {
    private static final String QUERY = CaseDatabase.file("db/audit/redundant_indexes.sql");

    @RegisterExtension
    private static final CaseDatabase database = new CaseDatabase();

    static List<RedundancyCase> cases() {
        return database.cases();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void judges_the_narrow_index(RedundancyCase example) {
        List<String> verdict = database.rows(
                example.setup(), "select kind, covered_by from dbopt.redundant_indexes where index_name = 'narrow'");
        assertThat(verdict)
                .isEqualTo(
                        example.verdict().isProven()
                                ? List.of(example.verdict().name().toLowerCase(Locale.ROOT) + " | kept")
                                : List.of());
    }

    @Test
    void proves_a_chain_against_the_index_that_stays() {
        assertThat(found(
                        "create index one on t (a)",
                        "create index two on t (a, b)",
                        "create index three on t (a, b, c)"))
                .containsExactly("one | prefix | three", "two | prefix | three");
    }

    @Test
    void keeps_one_of_three_copies() {
        assertThat(found("create index x on t (a)", "create index y on t (a)", "create index z on t (a)"))
                .containsExactly("y | duplicate | x", "z | duplicate | x");
    }

    @Test
    void keeps_the_copy_that_cannot_be_dropped() {
        assertThat(found("create index x on t (a)", "create unique index y on t (a)", "create index z on t (a)"))
                .containsExactly("x | duplicate | y", "z | duplicate | y");
    }

    @Test
    void keeps_the_copy_with_the_name_of_the_framework() {
        assertThat(found("create index t_a_06f35677 on t (a)", "create index a_idx on t (a)"))
                .containsExactly("a_idx | duplicate | t_a_06f35677");
    }

    @Test
    void keeps_the_copy_that_includes_more_columns() {
        assertThat(found("create index x on t (a)", "create index y on t (a) include (b)"))
                .containsExactly("x | duplicate | y");
    }

    @Test
    void keeps_one_of_two_with_the_same_keys_and_INCLUDEd_columns() {
        assertThat(found("create index x on t (a) include (b, c)", "create index y on t (a) include (c, b)"))
                .containsExactly("y | duplicate | x");
    }

    @Test
    void drops_all_copies_that_a_wider_index_covers() {
        assertThat(found("create index x on t (a)", "create index y on t (a)", "create index wide on t (a, b)"))
                .containsExactly("x | prefix | wide", "y | prefix | wide");
    }

    @Test
    void keeps_an_index_that_starts_with_the_columns_of_each_foreign_key() {
        List<String> setup = List.of(
                "create table parent (a int, b int, primary key (a, b), unique (a), unique (b))",
                "alter table t add foreign key (a, b) references parent, add foreign key (a) references parent (a),"
                        + " add foreign key (b) references parent (b)",
                "create index x on t (a)",
                "create index y on t (a, b)",
                "create index z on t (a, b, c)",
                "create index full_b on t (b)",
                "create index some_b on t (b) where c > 0",
                "create index more_b on t (b, c) where b is not null");
        List<String> left = database.with(setup, connection -> {
            for (String gone : CaseDatabase.rows(connection, QUERY)) {
                connection.createStatement().execute("drop index " + gone.split(" \\| ", -1)[2]);
            }
            assertThat(CaseDatabase.rows(connection, CaseDatabase.file("db/health/foreign_keys_without_index.sql")))
                    .isEmpty();
            return CaseDatabase.rows(
                    connection, "select indexrelid::regclass from pg_index where indrelid = 't'::regclass order by 1");
        });
        assertThat(left).containsExactlyInAnyOrder("z", "full_b", "some_b", "more_b");
    }

    @Test
    void does_not_take_a_leftover_of_REINDEX_for_a_keeper() {
        assertThat(found(
                        "create index wide_ccold on t (a, b)",
                        "create index x on t (a)",
                        "create index x_ccnew on t (a)"))
                .containsExactly("x_ccnew | duplicate | x");
    }

    @Test
    void does_not_report_an_index_that_no_query_can_use() {
        for (String flag : List.of("indisvalid", "indisready", "indislive")) {
            assertThat(found(
                            "create index x on t (a)",
                            "create index y on t (a)",
                            "reset role",
                            "update pg_index set " + flag + " = false where indexrelid = 'y'::regclass"))
                    .as(flag)
                    .isEmpty();
        }
    }

    @Test
    void keeps_the_copy_that_older_transactions_may_use() {
        assertThat(found(
                        "create index x on t (a)",
                        "create index y on t (a)",
                        "reset role",
                        "update pg_index set indcheckxmin = true where indexrelid = 'x'::regclass"))
                .containsExactly("x | duplicate | y");
    }

    @Test
    void keeps_one_of_two_if_one_INCLUDEs_its_own_key() {
        assertThat(found("create index x on t (a)", "create index y on t (a) include (a)"))
                .containsExactly("y | duplicate | x");
    }

    @Test
    void does_not_mistake_similar_names_for_a_leftover_or_a_framework_name() {
        assertThat(found("create index x_ccnew_idx on t (a)", "create index y on t (a)"))
                .containsExactly("y | duplicate | x_ccnew_idx");
        assertThat(found("create index x_b on t (a)", "create index a_idx on t (a)"))
                .containsExactly("x_b | duplicate | a_idx");
        assertThat(found("create index b on t (a)", "create index \"C\" on t (a)"))
                .containsExactly("b | duplicate | C");
    }

    @Test
    void names_the_closest_of_the_keepers_that_stay() {
        assertThat(found("create index far on t (a, b, c)", "create index near on t (a, c)", "create index x on t (a)"))
                .containsExactly("x | prefix | near");
        assertThat(found(
                        "create unique index y on t (a) include (b, c)",
                        "create index wide on t (a, b)",
                        "create index x on t (a)"))
                .containsExactly("x | duplicate | y");
        assertThat(found("create unique index q on t (a)", "create unique index p on t (a)", "create index x on t (a)"))
                .containsExactly("x | duplicate | p");
    }

    @Test
    void names_an_equal_keeper_before_a_wider_one() {
        assertThat(found("create index x on t (a)", "create unique index y on t (a)", "create index wide on t (a, b)"))
                .containsExactly("x | duplicate | y");
    }

    @Test
    void finds_copies_in_every_schema_except_system_schemas() {
        assertThat(found(
                        "create schema \"Other, one;--\"",
                        "create table \"Other, one;--\".\"T 'x'\" (\"a \"\"b\"\", c\" int)",
                        "create index \"I;--\" on \"Other, one;--\".\"T 'x'\" (\"a \"\"b\"\", c\")",
                        "create index \"I, it's\" on \"Other, one;--\".\"T 'x'\" (\"a \"\"b\"\", c\")"))
                .containsExactly("I;-- | duplicate | I, it's");
    }

    @Test
    void does_not_judge_a_partition_separately_from_its_partitioned_table() {
        assertThat(found(
                        "create table p (a int, b int) partition by range (a)",
                        "create table p1 partition of p for values from (0) to (10)",
                        "create index x on p (a)",
                        "create index y on p (a)"))
                .isEmpty();
    }

    @Test
    void lists_the_columns_that_a_reader_of_the_query_needs() {
        List<String> rows = database.rows(List.of("create index x on t (a)", "create index y on t (a)"), QUERY);
        assertThat(rows)
                .containsExactly(
                        "public | t | y | duplicate | x | 8192 | 8192 bytes | CREATE INDEX y ON public.t USING btree (a)");
    }

    @Test
    void lists_indexes_by_schema_table_and_name() {
        List<String> rows = database.rows(
                List.of(
                        "create schema a",
                        "create table a.z (a int)",
                        "create table s (a int)",
                        "create index kept on s (a)",
                        "create index z on s (a)",
                        "create index kept on a.z (a)",
                        "create index y on a.z (a)",
                        "create index l on t (a)",
                        "create index kept_one on t (b)",
                        "create index n on t (b)",
                        "create index m on t (a)"),
                "select schema_name, table_name, index_name from (" + QUERY.replaceFirst(";\\s*$", "") + ") found");
        assertThat(rows).containsExactly("a | z | y", "public | s | z", "public | t | m", "public | t | n");
    }

    private static List<String> found(String... indexes) {
        return database.rows(
                List.of(indexes),
                "select index_name, kind, covered_by from dbopt.redundant_indexes order by index_name collate \"C\"");
    }
}
