package dbopt.guard;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dbopt.TestDatabase;
import dbopt.server.DefinitionSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The properties beyond a definition's text that the guard and the checks of undo compare, and the settings for it. */
@Timeout(120)
class ExactWayBackTest {
    private static final Path CALLBACKS = Path.of("db/callback");

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "timezone = 'Asia/Tokyo'",
                "datestyle = 'ISO, DMY'",
                "intervalstyle = 'sql_standard'",
                "bytea_output = 'escape'",
                "quote_all_identifiers = on",
                "extra_float_digits = -5",
                "standard_conforming_strings = off",
                "transform_null_equals = on"
            })
    void settings_of_the_session_do_not_change_a_definition(String setting) throws Exception {
        database.run(
                "create table t (a int, at timestamptz, span interval, raw bytea, number float8, name text)",
                """
                create index gone on t (a) where at > '2026-01-01 12:00:00+00'::timestamptz and span > '-1 day 02:03'::interval
                and raw <> '\\x00ff5c'::bytea and number > 0.1234567890123456 and name <> E'a\\\\b'""",
                """
                create index kept on t (a) where at > '2026-01-01 12:00:00+00'::timestamptz and span > '-1 day 02:03'::interval
                and raw <> '\\x00ff5c'::bytea and number > 0.1234567890123456 and name <> E'a\\\\b'""");
        String definition;
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(DefinitionSettings.PINNED.entrySet().stream()
                    .map(pinned -> "set %s = '%s'".formatted(pinned.getKey(), pinned.getValue()))
                    .collect(joining(";")));
            try (var row = statement.executeQuery("select pg_get_indexdef('public.gone'::regclass)")) {
                row.next();
                definition = row.getString(1);
            }
        }
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("set " + setting);
            statement.execute(callback("beforeEachMigrate"));
            statement.execute(
                    "select pg_temp.assert_redundant('public.gone', covered_by => 'public.kept', definition => "
                            + literal(definition) + ")");
            statement.execute("drop index gone");
            statement.execute(callback("beforeEachUndo"));
            statement.execute(definition);
            statement.execute("select pg_temp.assert_built('public.gone', definition => " + literal(definition) + ")");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            comment on index gone is 'DO NOT DROP' | its comment: DO NOT DROP; the undo script would restore: none
            alter index gone alter column 2 set statistics 500 | its statistics targets: 2=500; the undo script would restore: none
            """)
    void refuses_a_drop_that_undo_could_not_restore_completely(String change, String difference) throws Exception {
        database.run(
                "create table t (a int, b int)",
                "create index kept on t (a, abs(b))",
                "create index gone on t (a, abs(b))",
                change);
        assertThat(refusal().getDetail()).isEqualTo(difference);
    }

    @Test
    void refuses_a_definition_that_now_refers_to_another_function() throws Exception {
        database.run(
                "create schema s",
                "create table s.t (a int)",
                "create function s.f(anyelement) returns int language sql immutable as 'select 1'",
                "create index gone on s.t (s.f(a))",
                "create index kept on s.t (s.f(a))",
                "create function s.f(int) returns int language sql immutable as 'select -$1'");
        String refused = answer("s.gone", "s.kept", "depends_on => array['function s.f(pg_catalog.anyelement)']")
                .getDetail();
        assertThat(refused)
                .isEqualTo(
                        "its definition would not bring the same index back: a function, an operator or a cast in it now means another, or is written differently (USING btree (s.f(a)))");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(lower(name))",
                "(lower(v))",
                "((v || 'x'))",
                "(coalesce(v, 'y'::varchar))",
                "(a) where v = 'x'",
                "(a) where a in (1, 2)",
                "(a) where name in ('a', 'b')"
            })
    void allows_a_drop_that_undo_restores_exactly(String keys) throws Exception {
        database.run(
                "create table t (dropped int, a int, name text collate \"C\", v varchar(10))",
                "alter table t drop column dropped",
                "create index kept on t " + keys,
                "create index gone on t " + keys);
        assertThat(answer("public.gone", "public.kept", null)).isNull();
    }

    @Test
    void a_known_copy_is_not_taken_for_the_renamed_index_but_an_unknown_one_is() throws Exception {
        database.run("create table t (a int)", "create index kept on t (a)", "create index t_c on t (a)");
        String call =
                "select pg_temp.assert_redundant('public.t_b', covered_by => 'public.kept', definition => 'CREATE INDEX t_b ON public.t USING btree (a)'%s)";
        assertThat(ask("beforeEachMigrate", call.formatted(", copies => array['public.t_c', 'public.gone_already']")))
                .isNull();
        assertThat(ask("beforeEachMigrate", call.formatted("")).getMessage())
                .isEqualTo("public.t_b is gone, but public.t_c has the same definition");
    }

    @Test
    void undo_keeps_a_valid_index_and_moves_only_an_invalid_one_out_of_the_way() throws Exception {
        database.run("create table t (a int)", "create index t_a on t (a)");
        String oid = "select oid from pg_class where relname = 't_a'";
        String call =
                "select pg_temp.assert_name_free('public.t_a', definition => 'CREATE INDEX t_a ON public.t USING btree (a)', leftover => 'public.t_a_leftover')";
        List<String> before = database.query(oid);
        assertThat(ask("beforeEachUndo", call)).isNull();
        assertThat(database.query(oid)).isEqualTo(before);
        database.runAsSuperuser("update pg_index set indisvalid = false where indexrelid = 'public.t_a'::regclass");
        assertThat(ask("beforeEachUndo", call)).isNull();
        assertThat(database.query("select relname from pg_class where relname like 't\\_a%'"))
                .containsExactly("t_a_leftover");
    }

    @Test
    void undo_does_not_drop_a_valid_index_with_the_name_of_the_leftover() throws Exception {
        database.run("create table t (a int)", "create index t_a_leftover on t (a)");
        assertThat(ask(
                                "beforeEachUndo",
                                "select pg_temp.assert_name_free('public.t_a', definition => 'CREATE INDEX t_a ON public.t USING btree (a)', leftover => 'public.t_a_leftover')")
                        .getMessage())
                .isEqualTo(
                        "public.t_a cannot be restored: public.t_a_leftover, the name for what an interrupted build left, is in use");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Migrate", "Undo"})
    void the_timeouts_and_the_tablespace_of_the_role_apply_again_after_each_script(String event) throws Exception {
        String settings =
                """
                select string_agg(name || '=' || setting, ' ' order by name) from pg_settings
                where name in ('transaction_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout')""";
        String role = TestDatabase.OWNER;
        boolean since17 = !database.query("select 1 from pg_settings where name = 'transaction_timeout'")
                .isEmpty();
        database.runAsSuperuser(
                "alter role %s in database %s set idle_session_timeout = '1h'".formatted(role, name()),
                since17
                        ? "alter role %s in database %s set transaction_timeout = '1h'".formatted(role, name())
                        : "select 1");
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            String before = one(statement, settings);
            statement.execute(callback("beforeEach" + event));
            assertThat(one(statement, settings)).doesNotContain("3600000");
            statement.execute(callback("afterEach" + event));
            assertThat(one(statement, settings)).isEqualTo(before).contains("3600000");
        }
    }

    private String name() {
        return database.query("select quote_ident(current_database())").get(0);
    }

    private static String one(Statement statement, String query) throws SQLException {
        try (var row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void pins_the_same_settings_in_Java_and_in_every_callback() throws Exception {
        String inFunction = DefinitionSettings.PINNED.entrySet().stream()
                .map(setting -> "set " + setting.getKey() + " = "
                        + (setting.getValue().matches("[a-z0-9]+")
                                ? setting.getValue()
                                : "'" + setting.getValue() + "'"))
                .collect(joining(" "));
        String inList = DefinitionSettings.PINNED.entrySet().stream()
                .filter(setting -> !setting.getKey().equals("search_path"))
                .map(setting -> "('%s', '%s')".formatted(setting.getKey(), setting.getValue()))
                .collect(joining(", "));
        for (String name : List.of("beforeEachMigrate", "beforeEachUndo")) {
            String text = oneLine(callback(name));
            assertThat(Stream.of(text.split("create or replace function "))
                            .skip(1)
                            .filter(function ->
                                    function.contains("pg_get_indexdef") || function.contains("pg_temp.differences"))
                            .filter(function -> !function.startsWith("pg_temp.why_not_redundant")))
                    .isNotEmpty()
                    .allMatch(function -> function.contains(inFunction));
        }
        assertThat(oneLine(callback("beforeEachUndo"))).contains(inList);
        assertThat(oneLine(callback("afterMigrate__check"))).contains(inList);
        assertThat(function("beforeEachUndo", "dependencies")).isEqualTo(function("beforeEachMigrate", "dependencies"));
        assertThat(function("beforeEachUndo", "differences")).isEqualTo(function("beforeEachMigrate", "differences"));
    }

    private static String function(String callback, String name) throws Exception {
        var matcher = Pattern.compile(
                        "create or replace function pg_temp\\." + name + "\\(.*?\\n\\$\\$;", Pattern.DOTALL)
                .matcher(callback(callback));
        assertThat(matcher.find()).isTrue();
        return matcher.group();
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }

    private ServerErrorMessage refusal() throws Exception {
        return answer("public.gone", "public.kept", null);
    }

    private ServerErrorMessage answer(String index, String keeper, String more) throws Exception {
        return ask(
                "beforeEachMigrate",
                "select pg_temp.assert_redundant('%s', covered_by => '%s', definition => pg_get_indexdef('%s'::regclass)%s)"
                        .formatted(index, keeper, index, more == null ? "" : ", " + more));
    }

    private ServerErrorMessage ask(String callback, String call) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(callback(callback));
            statement.execute(call);
            return null;
        } catch (PSQLException e) {
            return e.getServerErrorMessage();
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(database.url(), TestDatabase.OWNER, TestDatabase.PASSWORD);
    }

    private static String callback(String name) throws Exception {
        return Files.readString(CALLBACKS.resolve(name + ".sql")).replace("${concurrentLockTimeout}", "10min");
    }

    private static String literal(String text) {
        return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
