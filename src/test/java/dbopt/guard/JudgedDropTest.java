package dbopt.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The guard with a difference that a person has accepted: it allows that difference and no other. */
@Timeout(120)
class JudgedDropTest {
    @RegisterExtension
    private static final CaseDatabase database = new CaseDatabase();

    @ParameterizedTest(name = "{0}: {1}; {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            unique_copy          | create unique index narrow on t (a)                  | alter table t add constraint kept unique (a)
            unique_copy          | create unique index narrow on t (a)                  | alter table t add constraint kept primary key (a)
            unique_copy          | create unique index narrow on t (a)                  | create unique index kept on t (a) include (b)
            unique_copy          | create unique index narrow on t (lower(name)) where b > 0 | create unique index kept on t (lower(name)) where b > 0
            operator_class       | create index narrow on t (name text_pattern_ops)     | create index kept on t (name)
            operator_class       | create index narrow on t (name varchar_pattern_ops, a) | create index kept on t (name, a, b)
            operator_class       | create index narrow on t (a, name text_pattern_ops)  | create unique index kept on t (a, name)
            operator_class       | create index narrow on t (lower(name) text_pattern_ops) where b > 0 | create index kept on t (lower(name)) where b > 0
            equal_operator_class | create index narrow on t (name varchar_ops)          | create index kept on t (name)
            equal_operator_class | create index narrow on t (name)                      | create index kept on t (name varchar_ops, a)
            hash                 | create index narrow on t using hash (a)              | create index kept on t (a)
            hash                 | create index narrow on t using hash (name)           | create index kept on t (name desc, a)
            hash                 | create index narrow on t using hash (lower(name)) where b > 0 | create index kept on t (lower(name)) where b > 0
            hash                 | create index narrow on t using hash (tags)           | create index kept on t (tags)
            hash                 | create index narrow on t using hash (doc)            | create index kept on t (doc)
            hash                 | create index narrow on t using hash (moment)         | create index kept on t (moment)
            reversed_order       | create index narrow on t (a desc)                    | create index kept on t (a)
            reversed_order       | create index narrow on t (b desc nulls last, a)      | create index kept on t (b nulls first, a desc, c)
            partial              | create index narrow on t (a) where a > 0             | create index kept on t (a)
            partial              | create index narrow on t (a) where b > 0             | create index kept on t (a) include (b)
            partial              | create index narrow on t (lower(name)) where b > 0 and c is null | create index kept on t (lower(name), b, c)
            storage_options      | create index narrow on t using brin (moment) with (pages_per_range = 16) | create index kept on t using brin (moment)
            storage_options      | create index narrow on t using gin (words) with (fastupdate = off) | create index kept on t using gin (words)
            """)
    void allows_the_accepted_difference(String code, String narrow, String kept) {
        List<String> setup = List.of(narrow, kept);
        assertThat(reasons(setup, code)).isEmpty();
        assertThat(acceptable(setup)).containsExactly(code);
    }

    @ParameterizedTest(name = "{0}: {1}: {3}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            unique_copy          | create unique index narrow on t (a) | create unique index kept on t (a) where b > 0               | public.kept has another predicate
            unique_copy          | create unique index narrow on t (a) | alter table t add constraint kept unique (a) deferrable      | it is unique, and public.kept does not enforce the same at once
            unique_copy          | create unique index narrow on t (a) | create unique index kept on t (a, b)                         | it is unique, and public.kept does not enforce the same at once
            unique_copy          | create unique index narrow on t (a) | create index kept on t (a)                                   | it is unique, and public.kept does not enforce the same at once
            unique_copy          | create unique index narrow on t (a desc) | create unique index kept on t (a)                       | key 1, a, differs in the keeper: another sort order
            unique_copy          | create unique index narrow on t (name collate "C") | create unique index kept on t (name)          | key 1, name, differs in the keeper: another collation
            unique_copy          | create unique index narrow on t (a) include (b) | create unique index kept on t (a)                | public.kept lacks a column that it INCLUDEs
            unique_copy          | create unique index narrow on t (a) | create unique index kept on t (a); alter table t replica identity using index narrow | it is the replica identity of its table: logical replication would lose UPDATE and DELETE
            unique_copy          | create unique index narrow on t (a) | create unique index kept on t (a); cluster t using narrow    | its table is clustered on it: CLUSTER would fail
            unique_copy          | alter table t add constraint narrow unique (a) | create unique index kept on t (a)                 | the constraint narrow needs it
            unique_copy          | create unique index narrow on t (a); create table child (a int references t (a)) | create unique index kept on t (a) | the foreign key child_a_fkey of public.child depends on it
            unique_copy          | create materialized view m as select a from t; create unique index narrow on m (a) | create unique index kept on m (a) | it is unique, and REFRESH MATERIALIZED VIEW CONCURRENTLY may need it
            operator_class       | create index narrow on t (name text_pattern_ops) where b > 0 | create index kept on t (name)       | public.kept has another predicate
            operator_class       | create index narrow on t (name text_pattern_ops desc) | create index kept on t (name)              | key 1, name, differs in the keeper: another sort order
            operator_class       | create index narrow on t (name text_pattern_ops) | create index kept on t (a)                      | key 1, name, differs in the keeper: another column or expression
            operator_class       | create index narrow on t (name)     | create index kept on t (name text_pattern_ops)               | key 1, name, differs in the keeper: another operator class
            operator_class       | create index narrow on t using gin (doc jsonb_path_ops) | create index kept on t using gin (doc)   | key 1, doc, differs in the keeper: another operator class
            operator_class       | create index narrow on t (name text_pattern_ops) | create index kept on t (name); cluster t using narrow | its table is clustered on it: CLUSTER would fail
            operator_class       | create unique index narrow on t (name text_pattern_ops) | create index kept on t (name)            | it is unique: its uniqueness or its name may be needed (ON CONFLICT, error handling), which the catalog cannot tell
            equal_operator_class | create index narrow on t (name text_pattern_ops) | create index kept on t (name)                   | key 1, name, differs in the keeper: another operator class
            hash                 | create index narrow on t using hash (a) | create index kept on t (b)                               | key 1, a, differs in the keeper: another column or expression
            hash                 | create index narrow on t using hash (name collate "C") | create index kept on t (name)             | key 1, name, differs in the keeper: another collation
            hash                 | create index narrow on t using hash (a) | create index kept on t using brin (a)                    | it is a hash index, public.kept a brin index
            hash                 | create index narrow on t using hash (name) | create index kept on t (name text_pattern_ops)        | it is a hash index, public.kept a btree index
            hash                 | create index narrow on t using hash (a) where b > 0 | create index kept on t (a)                   | public.kept has another predicate
            hash                 | create index narrow on t (a)        | create index kept on t using hash (a)                        | it is a btree index, public.kept a hash index
            reversed_order       | create index narrow on t (a desc, b) | create index kept on t (a, b)                               | key 1, a, differs in the keeper: another sort order
            reversed_order       | create index narrow on t (b desc nulls last) | create index kept on t (b)                          | key 1, b, differs in the keeper: another sort order
            reversed_order       | create index narrow on t (a desc)   | create index kept on t (a); reset role; update pg_index set indisvalid = false where indexrelid = 'kept'::regclass | public.kept is not valid: repair it with REINDEX INDEX CONCURRENTLY public.kept
            reversed_order       | create index narrow on t (a desc)   | create index kept on t (a); reset role; update pg_index set indcheckxmin = true where indexrelid = 'kept'::regclass | public.kept may not serve older transactions yet (indcheckxmin): REINDEX INDEX CONCURRENTLY public.kept settles it
            partial              | create index narrow on t (a) where b > 0 | create index kept on t (a)                              | public.kept lacks a column of its predicate, so it reads rows that it leaves out
            partial              | create index narrow on t (a) where t is not null | create index kept on t (a)                      | public.kept lacks a column of its predicate, so it reads rows that it leaves out
            partial              | create index narrow on t (a) where a > 0 | create index kept on t (a) where a > 1                  | public.kept has another predicate
            partial              | create index narrow on t (a)        | create index kept on t (a) where a > 0                       | public.kept has another predicate
            partial              | create unique index narrow on t (a) where a > 0 | create unique index kept on t (a)                | it is unique: its uniqueness or its name may be needed (ON CONFLICT, error handling), which the catalog cannot tell
            storage_options      | create index narrow on t using brin (moment) with (pages_per_range = 16) | create index kept on t using brin (moment) where b > 0 | public.kept has another predicate
            storage_options      | create index narrow on t using gist (words tsvector_ops (siglen = 100)) | create index kept on t using gist (words) | key 1, words, differs in the keeper: another operator class
            """)
    void refuses_every_other_difference(String code, String narrow, String kept, String reason) {
        assertThat(reasons(List.of(narrow, kept), code)).contains(reason);
    }

    @Test
    void says_what_was_refused() {
        List<String> setup = List.of(
                "create index narrow on t (name text_pattern_ops) where b > 0", "create index kept on t (name)");
        ServerErrorMessage refusal =
                refusal(setup, "operator_class", "'no search by the beginning'").orElseThrow();
        assertThat(refusal.getMessage())
                .isEqualTo(
                        "public.narrow is not redundant but for what was accepted (operator_class), so it was not dropped");
        assertThat(refusal.getHint()).startsWith("Nothing was changed. Look at both indexes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "constraint",
                "foreign_key",
                "replica_identity",
                "clustered",
                "older_transactions",
                "partitioned",
                ""
            })
    void refuses_to_accept_an_unacceptable_difference(String code) {
        List<String> setup = List.of("create index narrow on t (a)", "create index kept on t (a)");
        ServerErrorMessage refusal = refusal(setup, code, "'it is so'").orElseThrow();
        assertThat(refusal.getMessage())
                .isEqualTo(code + " is not a difference that can be accepted, so public.narrow was not dropped");
        assertThat(refusal.getHint())
                .isEqualTo(
                        "Nothing was changed. These can be: unique_copy, operator_class, equal_operator_class, hash, reversed_order, partial, storage_options.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "''", "E' \\n'"})
    void refuses_to_accept_without_a_reason(String because) {
        List<String> setup = List.of("create index narrow on t (a desc)", "create index kept on t (a)");
        assertThat(refusal(setup, "reversed_order", because).orElseThrow().getMessage())
                .isEqualTo(
                        "No reason is given for accepting reversed_order (because), so public.narrow was not dropped");
    }

    @Test
    void refuses_a_definition_that_changed_since_it_was_judged() {
        List<String> setup =
                List.of("create index narrow on t (a desc) with (fillfactor = 50)", "create index kept on t (a)");
        String refusal = database.with(
                        setup,
                        connection -> answer(
                                connection,
                                "select pg_temp.assert_redundant('public.narrow', covered_by => 'public.kept',"
                                        + " definition => 'CREATE INDEX narrow ON public.t USING btree (a DESC)',"
                                        + " accepting => 'reversed_order', because => 'nobody sorts')"))
                .orElseThrow()
                .getDetail();
        assertThat(refusal)
                .isEqualTo(
                        "its definition is CREATE INDEX narrow ON public.t USING btree (a DESC) WITH (fillfactor='50'), but the undo script would restore CREATE INDEX narrow ON public.t USING btree (a DESC)");
    }

    /** Each case of the rule's table: a difference without a code of the audit is never accepted. */
    @Tag("long")
    @Test
    void accepts_nothing_that_the_audit_does_not_list() {
        assertThat(database.cases().stream()
                        .filter(example -> example.verdict() == RedundancyCase.Verdict.KEPT)
                        .flatMap(example -> acceptable(example.setup()).stream()
                                .filter(code -> !code.equals("hash"))
                                .map(code -> code + ": " + example.sentence())))
                .isEmpty();
    }

    /** The codes of differences that are the only obstacle to the drop. */
    private static List<String> acceptable(List<String> setup) {
        return database.with(setup, connection -> {
            connection.createStatement().execute(CaseDatabase.GUARD);
            return CaseDatabase.rows(
                    connection,
                    """
                    select code
                    from unnest(array[null, 'unique_copy', 'operator_class', 'equal_operator_class', 'hash', 'reversed_order', 'partial',
                        'storage_options']) code, pg_class c, pg_class k
                    where c.relname = 'narrow' and k.relname = 'kept' and not exists (select pg_temp.why_not_redundant(c.oid, k.oid, code))
                    """);
        });
    }

    /** Why the guard refuses; nothing if it does not. */
    private static List<String> reasons(List<String> setup, String code) {
        return refusal(setup, code, code == null ? "null" : "'it is so'")
                .map(refusal -> Arrays.asList(refusal.getDetail().split("\n")))
                .orElse(List.of());
    }

    private static Optional<ServerErrorMessage> refusal(List<String> setup, String code, String because) {
        List<String> statements = new ArrayList<>();
        setup.forEach(text -> statements.addAll(List.of(text.split("; "))));
        return database.with(
                statements,
                connection -> answer(
                        connection,
                        """
                set local search_path = '';
                select pg_temp.assert_redundant(format('%%I.%%I', n.nspname, c.relname),
                    covered_by => (
                        select format('%%I.%%I', n.nspname, c.relname)
                        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relname = 'kept'),
                    definition => pg_get_indexdef(c.oid),
                    depends_on => pg_temp.dependencies(c.oid),
                    tablespace => (select spcname::text from pg_tablespace s where s.oid = c.reltablespace),
                    accepting => %s, because => %s)
                from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relname = 'narrow'
                """
                                .formatted(code == null ? "null" : "'" + code + "'", because)));
    }

    private static Optional<ServerErrorMessage> answer(Connection connection, String call) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(CaseDatabase.GUARD);
            statement.execute("savepoint before_call");
            statement.execute(call);
            return Optional.empty();
        } catch (PSQLException e) {
            connection.createStatement().execute("rollback to savepoint before_call");
            return Optional.of(e.getServerErrorMessage());
        }
    }
}
