package dbopt.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Missing rights end a command with exit code 3 and the statements that grant them; nothing is changed. */
@Timeout(60)
class RightsTest {
    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    @Test
    void another_role_is_advised_to_connect_as_the_owner_not_to_change_the_owner() {
        CommandRun.on(database, "migrate").assertSucceeded();
        List<String> rows = database.history();
        String tablesOfOwner =
                """
                  TEMPORARY on the database: GRANT TEMPORARY ON DATABASE %1$s TO stranger
                  USAGE and CREATE on schema dbopt: GRANT USAGE, CREATE ON SCHEMA dbopt TO stranger
                  USAGE and CREATE on schema public: GRANT USAGE, CREATE ON SCHEMA public TO stranger
                  the 9 tables that application owns (public.integrations_githubintegration, public.integrations_jiraintegration, public.metrics_aiusagedaily, public.metrics_commit, public.metrics_prfile, public.metrics_prreview, public.metrics_prsurvey, public.metrics_pullrequest, public.metrics_weeklymetrics): connect as application, or GRANT application TO stranger
                """
                        .formatted(database.name());
        String history =
                """
                3
                Role stranger lacks rights that dbopt %1$s needs
                  USAGE on schema public: GRANT USAGE ON SCHEMA public TO stranger
                  %2$s on the schema history: GRANT %2$s ON TABLE public.flyway_schema_history TO stranger
                %3$sNothing was changed. Connect as the role that runs the migrations, or have an administrator grant what is missing, and run it again.
                """;
        String everything = "SELECT, INSERT, UPDATE, DELETE";
        assertThat(asStranger("info")).isEqualTo(history.formatted("info", "SELECT", ""));
        for (String command : List.of("undo", "migrate")) {
            assertThat(asStranger(command)).isEqualTo(history.formatted(command, everything, tablesOfOwner));
        }

        database.runAsSuperuser(
                "grant usage on schema public to stranger",
                "grant select, insert, update, delete on flyway_schema_history to stranger");
        String tables = "3\nRole stranger lacks rights that the migrations need\n" + tablesOfOwner
                + "Nothing was run. Connect as the role that owns the tables, or have an administrator grant what is missing, and run it again.\nNothing was changed.\n";
        assertThat(asStranger("undo")).isEqualTo(tables);
        assertThat(asStranger("migrate")).isEqualTo(tables);
        assertThat(database.history()).isEqualTo(rows);
        assertThat(asStranger("info")).startsWith("0\n");
    }

    @Test
    void a_member_without_inheritance_gets_the_statement_that_grants_it() {
        asStranger("info");
        database.runAsSuperuser("create role heir login password 'heir' noinherit in role application");
        try {
            database.runAsSuperuser("grant connect on database " + database.name() + " to heir");
            boolean optionOfMembership =
                    Integer.parseInt(database.query("show server_version_num").get(0)) >= 160000;
            assertThat(run("heir", "migrate"))
                    .contains(
                            optionOfMembership
                                    ? ": connect as application, or GRANT application TO heir WITH INHERIT TRUE\n"
                                    : ": connect as application, or ALTER ROLE heir INHERIT\n");
            database.runAsSuperuser(
                    optionOfMembership ? "grant application to heir with inherit true" : "alter role heir inherit");
            assertThat(run("heir", "migrate")).startsWith("0\n");
            assertThat(run("heir", "undo")).startsWith("0\n");
        } finally {
            database.runAsSuperuser("drop owned by heir", "reassign owned by heir to application", "drop role heir");
        }
    }

    @Test
    void in_a_project_without_its_own_check_a_refusal_by_the_server_is_exit_code_3(@TempDir Path folder)
            throws Exception {
        Files.createDirectories(folder.resolve("db/migration"));
        Files.writeString(folder.resolve("db/flyway.conf"), "flyway.locations=filesystem:db/migration\n");
        Files.writeString(folder.resolve("db/migration/V1__table.sql"), "create table own (id int);\n");
        Files.writeString(folder.resolve("db/migration/V2__index.sql"), "create index own_id on own (id);\n");
        Files.writeString(folder.resolve("db/migration/U2__index.sql"), "drop index own_id;\n");
        try (TestDatabase other = TestDatabase.empty()) {
            CommandRun.in(folder, other, "migrate").assertSucceeded();
            other.urlOfStranger();
            other.runAsSuperuser(
                    "grant usage on schema public to stranger",
                    "grant select, insert, update, delete on flyway_schema_history to stranger");
            Map<String, String> stranger =
                    Map.of("FLYWAY_URL", other.url(), "FLYWAY_USER", "stranger", "FLYWAY_PASSWORD", "stranger");
            CommandRun undo = CommandRun.in(folder, stranger, "undo");
            assertThat(undo.exitCode()).isEqualTo(3);
            assertThat(undo.error()).contains("must be owner of", "V2 still counts as applied");
            Files.writeString(folder.resolve("db/migration/V3__index.sql"), "create index other on own (id);\n");
            CommandRun migrate = CommandRun.in(folder, stranger, "migrate");
            assertThat(migrate.exitCode()).isEqualTo(3);
            assertThat(migrate.error()).contains("must be owner of", "This role is not allowed to do that: connect as");
        }
    }

    private String asStranger(String command) {
        database.urlOfStranger();
        return run("stranger", command);
    }

    private String run(String role, String command) {
        CommandRun run = CommandRun.with(
                Map.of("FLYWAY_URL", database.url(), "FLYWAY_USER", role, "FLYWAY_PASSWORD", role), command);
        String said = run.error().replaceFirst("(?m)^Database .*\n", "");
        return run.exitCode() + "\n" + said;
    }
}
