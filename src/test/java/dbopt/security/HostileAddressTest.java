package dbopt.security;

import static dbopt.security.HostileNames.assertHarmless;
import static dbopt.security.HostileNames.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The names of the database and the role attack the address, the SQL, the terminal or the page. */
@Tag("anyversion")
@Timeout(120)
class HostileAddressTest {
    private static final String PASSWORD = " ${env.HOME} !{x} ";

    private final TestDatabase source = TestDatabase.audited();

    @TempDir
    private Path folder;

    /** A copy of the audited database, which belongs to the role. */
    private Names names;

    /** @param role owns the tables */
    record Names(String database, String role) {
        @Override
        public String toString() {
            return (database + " as " + role).replaceAll("\\p{Cntrl}", "^");
        }
    }

    static Stream<Names> names() {
        return Stream.of(
                        "x\"; drop table y; --",
                        " späß 50% as a@b:c/d?e#f+$1 $$ ${env.HOME} !{x} \\ ; &x=y ",
                        "a\nFreed 1 TB.\u001b[2J\u202e</td><script>alert(1)</script>\" x='")
                .map(name -> new Names(name, name.replaceAll("'|\\$(?=\\{)", "").replace(" as ", " ")));
    }

    private void create(Names called) throws SQLException {
        names = called;
        source.runAsSuperuser(
                "create role " + quoted(called.role()) + " login password '" + PASSWORD + "'",
                "create database " + quoted(called.database()) + " template " + source.name(),
                "grant connect, temporary, create on database " + quoted(called.database()) + " to "
                        + quoted(called.role()));
        run(
                "reassign owned by " + TestDatabase.OWNER + " to " + quoted(called.role()),
                "grant usage, create on schema public to " + quoted(called.role()));
    }

    @AfterEach
    void drop() {
        source.runAsSuperuser(
                "drop database " + quoted(names.database()) + " with (force)", "drop role " + quoted(names.role()));
        source.close();
    }

    private String server() {
        return source.url().replace("jdbc:postgresql://", "").replaceFirst("/[^/]*$", "");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private String jdbcAddress() {
        return "jdbc:postgresql://" + server() + "/" + encoded(names.database());
    }

    /** In this form of the address a plus sign stands for itself. */
    private String uri() {
        return "postgres://" + encoded(names.role()) + ":" + encoded(PASSWORD) + "@" + server() + "/"
                + encoded(names.database()).replace("%2B", "+");
    }

    private Map<String, String> inFlywaysVariables() {
        return Map.of("FLYWAY_URL", jdbcAddress(), "FLYWAY_USER", names.role(), "FLYWAY_PASSWORD", PASSWORD);
    }

    private Map<String, String> inOneVariable() {
        return Map.of("DATABASE_URL", uri());
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcAddress(), "postgres", "postgres");
    }

    private void run(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }

    private List<String> query(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            List<String> rows = new ArrayList<>();
            while (row.next()) {
                rows.add(row.getString(1));
            }
            return rows;
        }
    }

    private List<String> indexes() throws SQLException {
        return query(
                "select indexdef from pg_indexes where schemaname = 'public' and tablename !~ '^flyway' order by 1");
    }

    /** The command succeeds, names the database first, and prints no control character and no forged line. */
    private CommandRun works(Map<String, String> environment, String... command) {
        CommandRun run = CommandRun.with(environment, command);
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertHarmless(run.output());
        assertHarmless(run.error());
        assertThat((run.output() + run.error()).lines())
                .contains("Database " + shown())
                .noneMatch(line -> line.startsWith("Freed 1 TB."));
        return run;
    }

    private String shown() {
        return (server() + "/" + names.database() + " as " + names.role())
                .replace("\n", "\\u000a")
                .replace("\u001b", "\\u001b")
                .replace("\u202e", "\\u202e");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("worst")
    void migrate_and_undo_work_with_either_address(Names called) throws SQLException {
        goesThereAndBack(called);
    }

    static Stream<Names> worst() {
        return names().skip(2);
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void migrate_and_undo_work_with_the_other_names(Names called) throws SQLException {
        goesThereAndBack(called);
    }

    static Stream<Names> others() {
        return names().limit(2);
    }

    private void goesThereAndBack(Names called) throws SQLException {
        create(called);
        List<String> before = indexes();
        List<String> relations = query("select oid::regclass from pg_class where relkind = 'r' order by oid");
        for (Map<String, String> address : List.of(inFlywaysVariables(), inOneVariable())) {
            assertThat(works(address, "migrate").output())
                    .contains("public.commit_pr_idx")
                    .contains("dropped\nFreed ");
            assertThat(query("select distinct installed_by from flyway_schema_history"))
                    .containsExactly(called.role());
            assertThat(works(address, "info").output()).contains("baseline").contains("success");
            assertThat(works(address, "undo", "--dry-run").error()).endsWith("Dry run: nothing was changed.\n");
            assertThat(works(address, "undo", "--target", "2").output())
                    .startsWith("Undone: V8, V7, V6, V5, V4, V3, V2 (");
            assertThat(indexes()).isEqualTo(before);
        }
        assertThat(query("select oid::regclass from pg_class where relkind = 'r' order by oid"))
                .startsWith(relations.toArray(String[]::new))
                .hasSize(relations.size() + 1);
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void read_only_commands_work_with_either_address(Names called) throws SQLException, IOException {
        create(called);
        Path plans = folder.resolve("plans.json");
        Path history = folder.resolve("history.jsonl");
        assertThat(works(inFlywaysVariables(), "plans", "record", plans.toString())
                        .output())
                .startsWith("Recorded the plans of 31 queries");
        assertThat(works(inOneVariable(), "plans", "compare", plans.toString()).output())
                .startsWith("31 queries: 31 same plan");
        assertThat(works(inFlywaysVariables(), "audit").output()).contains("metrics_prfile_team_id_afe2179e");
        works(inOneVariable(), "audit", "--scaffold", folder.toString(), "--index", "metrics_prfile_team_id_afe2179e");
        works(inFlywaysVariables(), "health", "--history", history.toString());
        works(inOneVariable(), "health", "--history", history.toString());
        assertThat(Files.readAllLines(history)).hasSize(2).allMatch(line -> JsonMapper.shared()
                .readTree(line)
                .path("database")
                .asString()
                .equals(shown()));
        assertThat(JsonMapper.shared()
                        .readTree(works(inOneVariable(), "health", "--format", "json")
                                .output())
                        .path("database")
                        .asString())
                .isEqualTo(shown());
        assertThat(works(inOneVariable(), "health", "--format", "prometheus").output())
                .contains("{database=\""
                        + shown().replaceFirst(" as (?!.* as ).*", "")
                                .replace("\\", "\\\\")
                                .replace("\"", "\\\"") + "\"}");
        assertThat(works(inOneVariable(), "health", "--format", "html").output())
                .doesNotContain("<script>alert(1)")
                .contains(onPage(shown()));
    }

    private static String onPage(String text) {
        return text.replace("&", "&amp;")
                .replace("=", "&#x3D;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @Tag("long")
    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void maintain_works_with_either_address(Names called) throws SQLException {
        create(called);
        run(
                "create table due as select n from generate_series(1, 1000) n",
                "alter table due owner to " + quoted(called.role()));
        assertThat(works(inFlywaysVariables(), "maintain", "--dry-run").output())
                .contains("public.due");
        assertThat(works(inOneVariable(), "maintain", "--cost-delay", "0").output())
                .contains("public.due");
        assertThat(query("select reltuples from pg_class where oid = 'due'::regclass"))
                .containsExactly("1000");
    }

    @Test
    void the_statements_that_grant_missing_rights_run_as_printed() throws SQLException {
        create(names().findFirst().orElseThrow());
        run("revoke create, temporary on database " + quoted(names.database()) + " from public, "
                + quoted(names.role()));
        CommandRun refused = CommandRun.with(inFlywaysVariables(), "migrate");
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.error())
                .isEqualTo(
                        """
                        Role "x""; drop table y; --" lacks rights that the migrations need
                          TEMPORARY on the database: GRANT TEMPORARY ON DATABASE "x""; drop table y; --" TO "x""; drop table y; --"
                          CREATE on the database, for the schema dbopt: GRANT CREATE ON DATABASE "x""; drop table y; --" TO "x""; drop table y; --"
                        Nothing was run. Connect as the role that owns the tables, or have an administrator grant what is missing, and run it again.
                        Nothing was changed.
                        """);
        run(refused.error()
                .lines()
                .filter(line -> line.contains(": GRANT "))
                .map(line -> line.replaceFirst(".*: ", ""))
                .toArray(String[]::new));
        works(inFlywaysVariables(), "migrate");
    }

    @Test
    void a_refusal_by_the_server_is_reported_on_one_line() throws SQLException {
        create(names().skip(2).findFirst().orElseThrow());
        CommandRun run = CommandRun.with(
                Map.of("FLYWAY_URL", jdbcAddress(), "FLYWAY_USER", names.role(), "FLYWAY_PASSWORD", "wrong"), "audit");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.error())
                .isEqualTo(
                        """
                        Database %s
                        Cannot connect to %1$s: password authentication failed for user "%s"
                        Nothing was changed. Check the address, the user and the password (from FLYWAY_URL, which overrides DATABASE_URL).
                        """
                                .formatted(shown(), shown().replaceFirst(".* as ", "")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x'; create table y (); --", "x${flyway:database}"})
    void a_role_that_flyway_would_not_quote_is_refused_and_nothing_is_changed(String role) throws SQLException {
        create(new Names("o'brien's", role));
        List<String> before = query("select oid::regclass from pg_class order by oid");
        for (String command : List.of("migrate", "undo", "undo --dry-run", "info")) {
            CommandRun run = CommandRun.with(inOneVariable(), command.split(" "));
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.error().replace("Database " + shown() + "\n", ""))
                    .isEqualTo(
                            """
                            dbopt %s cannot run as the role %s: Flyway writes the name into SQL verbatim, where an apostrophe or ${ means something else.
                            Nothing was changed. Connect as another role, which is a member of the one that owns the tables.
                            """
                                    .formatted(command.replace(" --dry-run", ""), role));
        }
        works(inOneVariable(), "audit");
        works(inOneVariable(), "health");
        works(inOneVariable(), "maintain", "--dry-run");
        works(inOneVariable(), "plans", "record", folder.resolve("plans.json").toString());
        assertThat(query("select oid::regclass from pg_class order by oid")).isEqualTo(before);
    }
}
