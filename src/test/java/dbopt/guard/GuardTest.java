package dbopt.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The guard of {@code beforeEachMigrate.sql}: every case of the table, and its other duties. */
class GuardTest {
    private static final Pattern NOT_RESTORABLE = Pattern.compile(
            "^(its definition would not bring|whether its definition would bring) the same index back.*?"
                    + "(\n(?=its expressions|public\\.kept)|$)",
            Pattern.DOTALL);

    private static final String NARROW = "CREATE INDEX narrow ON public.t USING btree (a)";

    private static final String UNIQUE =
            "it is unique: its uniqueness or its name may be needed (ON CONFLICT, error handling), which the catalog cannot tell";

    private static final String HINT_TO_LOOK =
            "Nothing was changed. Look at both indexes (\\d on the table); keep this one, or repair the keeper, and migrate again.";

    @RegisterExtension
    private static final CaseDatabase database = new CaseDatabase();

    static List<RedundancyCase> cases() {
        return database.cases();
    }

    /** Whether undo could restore the index is a separate check, which some cases fail. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void judges_the_narrow_index(RedundancyCase example) {
        assertThat(NOT_RESTORABLE.matcher(refusalOf(example)).replaceFirst("")).isEqualTo(example.reasons());
    }

    static List<RedundancyCase> readOtherwiseSince() {
        return MeaningCases.all()
                .filter(example ->
                        example.sentence().matches(".* made twice before there was (an|another|a constant) .*"))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readOtherwiseSince")
    void refuses_a_copy_whose_definition_would_restore_another_index(RedundancyCase example) {
        assertThat(NOT_RESTORABLE.matcher(refusalOf(example)).matches()).isTrue();
    }

    private String refusalOf(RedundancyCase example) {
        Optional<ServerErrorMessage> refusal = database.with(
                example.setup(),
                connection -> refusalOf(
                        connection,
                        """
                        set local search_path = '';
                        select pg_temp.assert_redundant(format('%I.%I', n.nspname, c.relname),
                            covered_by => (
                                select format('%I.%I', n.nspname, c.relname)
                                from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relname = 'kept'),
                            definition => pg_get_indexdef(c.oid),
                            depends_on => pg_temp.dependencies(c.oid),
                            tablespace => (select spcname::text from pg_tablespace s where s.oid = c.reltablespace))
                        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relname = 'narrow'
                        """));
        return refusal.map(ServerErrorMessage::getDetail).orElse("");
    }

    @Test
    void says_what_was_refused_and_why_and_what_to_do_and_changes_nothing() {
        List<String> setup = List.of("create index kept on t (b)", "create index narrow on t (a)");
        ServerErrorMessage refusal = refusal(setup, "public.narrow", "public.kept", NARROW);
        assertThat(refusal.getSQLState()).isEqualTo("55000");
        assertThat(refusal.getMessage()).isEqualTo("public.narrow is not proven redundant, so it was not dropped");
        assertThat(refusal.getDetail()).isEqualTo("key 1, a, differs in the keeper: another column or expression");
        assertThat(refusal.getHint()).isEqualTo(HINT_TO_LOOK);
    }

    @Test
    void lists_every_reason_at_once() {
        List<String> setup = List.of(
                "create index kept on t (name collate \"C\" desc) where b > 0",
                "create unique index narrow on t (name)");
        ServerErrorMessage refusal =
                refusal(setup, "public.narrow", "public.kept", "CREATE INDEX narrow ON public.t USING btree (name)");
        assertThat(refusal.getDetail())
                .isEqualTo(
                        """
                        its definition is CREATE UNIQUE INDEX narrow ON public.t USING btree (name), but the undo script would restore CREATE INDEX narrow ON public.t USING btree (name)
                        public.kept has another predicate
                        it is unique: its uniqueness or its name may be needed (ON CONFLICT, error handling), which the catalog cannot tell
                        key 1, name, differs in the keeper: another collation
                        key 1, name, differs in the keeper: another sort order""");
    }

    @Test
    void refuses_an_index_as_its_own_keeper() {
        ServerErrorMessage refusal =
                refusal(List.of("create index narrow on t (a)"), "public.narrow", "public.narrow", NARROW);
        assertThat(refusal.getDetail()).isEqualTo("it is named as its own keeper");
    }

    @Test
    void refuses_a_definition_other_than_the_one_that_undo_would_restore() {
        ServerErrorMessage refusal = refusal(
                List.of("create index kept on t (a, b)", "create index narrow on t (a) with (fillfactor = 50)"),
                "public.narrow",
                "public.kept",
                NARROW);
        assertThat(refusal.getDetail())
                .isEqualTo(
                        "its definition is CREATE INDEX narrow ON public.t USING btree (a) WITH (fillfactor='50'), but the undo script would restore "
                                + NARROW);
    }

    @Test
    void refuses_a_leftover_of_REINDEX_as_the_keeper() {
        ServerErrorMessage refusal = refusal(
                List.of("create index narrow on t (a)", "create index narrow_ccnew1 on t (a)"),
                "public.narrow",
                "public.narrow_ccnew1",
                NARROW);
        assertThat(refusal.getDetail())
                .isEqualTo(
                        "public.narrow_ccnew1 is, by its name, a leftover of REINDEX CONCURRENTLY, to be dropped itself");
    }

    @Test
    void refuses_when_the_keeper_is_missing() {
        ServerErrorMessage refusal =
                refusal(List.of("create index narrow on t (a)"), "public.narrow", "public.kept", NARROW);
        assertThat(refusal.getDetail()).isEqualTo("its keeper public.kept does not exist");
    }

    @Test
    void refuses_a_table_for_a_keeper_or_a_candidate() {
        ServerErrorMessage refusal = refusal(
                List.of("create table kept (a int)", "create table narrow (a int)"),
                "public.narrow",
                "public.kept",
                NARROW);
        assertThat(refusal.getDetail())
                .isEqualTo("public.narrow is not an index\nits keeper public.kept is not an index");
    }

    @Test
    void keeps_the_full_unique_index_that_ON_CONFLICT_infers_which_a_partial_one_cannot_replace() {
        String upsert = "insert into t (a) values (1), (1) on conflict (a) do nothing";
        assertThat(ran(upsert, "create unique index narrow on t (a)", "create unique index kept on t (a) where b > 0"))
                .isEqualTo("1 row");
        assertThat(ran(upsert, "create unique index kept on t (a) where b > 0")).startsWith("42P10");
        assertThat(refusal(
                                List.of(
                                        "create unique index narrow on t (a)",
                                        "create unique index kept on t (a) where b > 0"),
                                "public.narrow",
                                "public.kept",
                                "CREATE UNIQUE INDEX narrow ON public.t USING btree (a)")
                        .getDetail())
                .isEqualTo("public.kept has another predicate\n" + UNIQUE);
    }

    @Test
    void keeps_the_unique_index_that_ON_CONFLICT_infers_which_a_deferrable_constraint_cannot_replace() {
        String upsert = "insert into t (a) values (1), (1) on conflict (a) do nothing";
        String deferrable = "alter table t add constraint kept unique (a) deferrable";
        assertThat(ran(upsert, "create unique index narrow on t (a)", deferrable + " initially deferred"))
                .startsWith("55000");
        assertThat(ran(upsert, deferrable)).startsWith("55000");
        assertThat(refusal(
                                List.of("create unique index narrow on t (a)", deferrable),
                                "public.narrow",
                                "public.kept",
                                "CREATE UNIQUE INDEX narrow ON public.t USING btree (a)")
                        .getDetail())
                .isEqualTo(UNIQUE);
    }

    @Test
    void keeps_the_unique_index_that_REFRESH_MATERIALIZED_VIEW_CONCURRENTLY_needs() {
        String view = "create materialized view m as select a, b from t";
        String refresh = "refresh materialized view concurrently m";
        String plain = "create index kept on m (a, b)";
        String partial = "create unique index kept on m (a) where a > 0";
        String full = "create unique index narrow on m (a)";
        assertThat(ran(refresh, view, full, plain)).isEqualTo("0 rows");
        assertThat(ran(refresh, view, plain)).startsWith("55000");
        assertThat(ran(refresh, view, partial)).startsWith("55000");
        String definition = "CREATE UNIQUE INDEX narrow ON public.m USING btree (a)";
        assertThat(refusal(List.of(view, full, plain), "public.narrow", "public.kept", definition)
                        .getDetail())
                .isEqualTo(UNIQUE);
        assertThat(refusal(List.of(view, full, partial), "public.narrow", "public.kept", definition)
                        .getDetail())
                .isEqualTo("public.kept has another predicate\n" + UNIQUE);
    }

    /** How many rows the statement touched, or the error's code and message. */
    private static String ran(String statement, String... setup) {
        return database.with(List.of(setup), connection -> {
            try (Statement run = connection.createStatement()) {
                int rows = run.executeUpdate(statement);
                return rows + (rows == 1 ? " row" : " rows");
            } catch (SQLException e) {
                return e.getSQLState() + " " + e.getMessage();
            }
        });
    }

    @Test
    void accepts_an_index_that_is_already_gone() {
        assertThat(answer(List.of("create index kept on t (a)"), "public.narrow", "public.kept", NARROW))
                .isEmpty();
    }

    @Test
    void accepts_an_invalid_index_that_an_interrupted_drop_left_behind() {
        List<String> setup = List.of(
                "create index kept on t (a)",
                "create index narrow on t (a)",
                "reset role",
                "update pg_index set indisvalid = false, indisready = false, indislive = false where indexrelid = 'narrow'::regclass");
        assertThat(answer(setup, "public.narrow", "public.kept", NARROW)).isEmpty();
    }

    @Test
    void refuses_when_both_the_index_and_its_keeper_are_gone() {
        ServerErrorMessage refusal = refusal(List.of(), "public.narrow", "public.kept", NARROW);
        assertThat(refusal.getMessage())
                .isEqualTo(
                        "The keeper public.kept is missing or not valid, and the index that it made redundant is gone");
        assertThat(refusal.getHint())
                .isEqualTo(
                        "Somebody dropped or broke the keeper meanwhile. Create it again, or undo this migration: its undo script builds the dropped index.");
    }

    @Test
    void refuses_when_the_index_exists_under_another_name() {
        ServerErrorMessage refusal = refusal(
                List.of("create index kept on t (a)", "create index \"t INDEX a\\1 ON 'it'\" on t (a)"),
                "public.narrow",
                "public.kept",
                NARROW);
        assertThat(refusal.getMessage())
                .isEqualTo("public.narrow is gone, but public.\"t INDEX a\\1 ON 'it'\" has the same definition");
        assertThat(refusal.getDetail()).isEqualTo("Another tool named it differently: " + NARROW);
        assertThat(refusal.getHint())
                .isEqualTo(
                        "Nothing was changed. Give it the name that this migration drops, and migrate again: ALTER INDEX public.\"t INDEX a\\1 ON 'it'\" RENAME TO narrow");
    }

    @Test
    void accepts_any_valid_name() {
        List<String> setup = List.of(
                "create schema \"My Schema\"",
                "create table \"My Schema\".\"t'; drop table t; --\" (a int, \"b, c\" int)",
                "create index \"kept \"\"one\"\"\" on \"My Schema\".\"t'; drop table t; --\" (a, \"b, c\")",
                "create index \"narrow, one;--\" on \"My Schema\".\"t'; drop table t; --\" (a)");
        assertThat(answer(
                        setup,
                        "\"My Schema\".\"narrow, one;--\"",
                        "\"My Schema\".\"kept \"\"one\"\"\"",
                        "CREATE INDEX \"narrow, one;--\" ON \"My Schema\".\"t'; drop table t; --\" USING btree (a)"))
                .isEmpty();
    }

    @Test
    void leaves_nothing_behind() {
        List<String> left = database.with(List.of(), connection -> {
            refusalOf(connection, "select");
            return CaseDatabase.rows(
                    connection,
                    "select proname from pg_proc p join pg_namespace n on n.oid = pronamespace where proname like 'assert%' and nspname !~ '^pg_temp'");
        });
        assertThat(left).isEmpty();
    }

    private static ServerErrorMessage refusal(List<String> setup, String index, String keeper, String definition) {
        return answer(setup, index, keeper, definition).orElseThrow();
    }

    private static Optional<ServerErrorMessage> answer(
            List<String> setup, String index, String keeper, String definition) {
        String call = "select pg_temp.assert_redundant(%s, covered_by => %s, definition => %s)"
                .formatted(literal(index), literal(keeper), literal(definition));
        return database.with(setup, connection -> {
            List<String> before = CaseDatabase.rows(connection, "select pg_get_indexdef(indexrelid) from pg_index");
            Optional<ServerErrorMessage> refusal = refusalOf(connection, call);
            assertThat(CaseDatabase.rows(connection, "select pg_get_indexdef(indexrelid) from pg_index"))
                    .isEqualTo(before);
            return refusal;
        });
    }

    private static Optional<ServerErrorMessage> refusalOf(Connection connection, String call) throws SQLException {
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

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
