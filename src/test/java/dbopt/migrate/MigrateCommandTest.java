package dbopt.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("anyversion")
class MigrateCommandTest {
    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    private String place() {
        return database.url().replace("jdbc:postgresql://", "");
    }

    @Test
    void reports_the_result_for_each_index() {
        CommandRun run = CommandRun.on(database, "migrate");
        run.assertSucceeded();
        assertThat(run.output().replaceAll("[0-9]+ kB", "N kB").replaceAll(" +", " "))
                .isEqualTo(
                        """
                        Database %s as application
                        index before after kept instead verdict
                        public.commit_pr_idx N kB - public.metrics_commit_pull_request_id_06f35677 dropped
                        public.pr_survey_pr_idx N kB - public.metrics_prsurvey_pull_request_id_key dropped
                        public.metrics_aiusagedaily_member_id_0274ee1d N kB - public.ai_usage_member_date_idx dropped
                        public.metrics_commit_author_id_67f38a6f N kB - public.commit_author_date_idx dropped
                        public.github_int_org_slug_idx N kB - public.integrations_githubintegration_organization_slug_8d9c65c7 dropped
                        public.jira_int_cloud_id_idx N kB - public.integrations_jiraintegration_cloud_id_06210669 dropped
                        Freed N kB.
                        """
                                .formatted(place()));
        assertThat(run.error())
                .contains("Migrating schema \"public\" to version \"2 - drop commit pr idx\" [non-transactional]");
        assertThat(database.indexes()).hasSize(97);
    }

    @Test
    void info_shows_what_is_applied_and_pending_and_changes_nothing() {
        CommandRun before = CommandRun.on(database, "info");
        before.assertSucceeded();
        assertThat(before.error())
                .isEqualTo("Schema history table \"public\".\"flyway_schema_history\" does not exist yet\n");
        assertThat(before.output())
                .contains("8        tune autovacuum")
                .contains("pending")
                .doesNotContain("success");
        assertThat(database.query("select to_regclass('public.flyway_schema_history')"))
                .containsExactly("null");
        CommandRun.on(database, "migrate");
        assertThat(CommandRun.on(database, "info").output())
                .contains("baseline")
                .doesNotContain("pending");
    }

    @Test
    void without_an_address_nothing_is_done_if_CI_is_set() {
        CommandRun run = CommandRun.with(Map.of("CI", "true"), "migrate");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.output()).isEmpty();
        assertThat(run.error())
                .isEqualTo(
                        """
                        No database configured. Nothing was done.
                        Set FLYWAY_URL, FLYWAY_USER and FLYWAY_PASSWORD, or DATABASE_URL, or pass --url and --user; \
                        --embedded uses the embedded PostgreSQL of this repository.
                        """);
    }

    @Test
    void the_address_of_heroku_is_understood_and_its_password_never_printed() {
        String address = "postgres://application:open%20sesame@" + place();
        CommandRun run = CommandRun.with(Map.of("DATABASE_URL", address), "migrate");
        run.assertSucceeded();
        assertThat(run.output()).startsWith("Database " + place() + " as application\n");
        assertThat(run.output() + run.error()).doesNotContain("sesame");
    }

    @Test
    void an_unreachable_server_is_reported() throws IOException {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        CommandRun run = CommandRun.with(
                Map.of(), "migrate", "--url", "jdbc:postgresql://localhost:" + nobody + "/x", "--user", "me");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.error())
                .isEqualTo(
                        """
                        Cannot connect to localhost:%d/x as me: Connection to localhost:%<d refused. \
                        Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.
                        Nothing was changed. Check the address, the user and the password (from --url).
                        """
                                .formatted(nobody));
    }

    /** A host name with an empty label is invalid, which is detected without a name server. */
    @Test
    void an_unknown_host_is_reported() {
        CommandRun run =
                CommandRun.with(Map.of(), "migrate", "--url", "jdbc:postgresql://db..example/app", "--user", "me");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.error())
                .isEqualTo(
                        """
                        Cannot connect to db..example/app as me: the address of the host db..example could not be resolved
                        Nothing was changed. Check the address, the user and the password (from --url).
                        """);
    }

    @Test
    void a_wrong_password_is_reported_but_not_repeated() {
        CommandRun run = CommandRun.with(
                Map.of("FLYWAY_URL", database.url(), "FLYWAY_USER", "application", "FLYWAY_PASSWORD", "open poppy"),
                "migrate");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.error())
                .isEqualTo(
                        """
                        Cannot connect to %s as application: password authentication failed for user "application"
                        Nothing was changed. Check the address, the user and the password (from FLYWAY_URL, which overrides DATABASE_URL).
                        """
                                .formatted(place()));
    }

    @Test
    void the_password_may_come_from_a_file(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), TestDatabase.PASSWORD + "\n");
        CommandRun run = CommandRun.with(
                Map.of(), "info", "--url", database.url(), "--user", "application", "--password-file", file.toString());
        run.assertSucceeded();
    }

    @Test
    void an_invalid_address_is_reported_without_repeating_it() {
        CommandRun run = CommandRun.with(Map.of("DATABASE_URL", "mysql://me:open-sesame@host/x"), "migrate");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .isEqualTo(
                        """
                        The address in DATABASE_URL cannot be used: it starts with neither jdbc:postgresql:// nor postgres://.
                        Nothing was changed. Write jdbc:postgresql://HOST:PORT/NAME or postgres://USER:PASSWORD@HOST:PORT/NAME.
                        """);
    }

    @Test
    void missing_rights_are_reported_before_anything_is_written() {
        database.runAsSuperuser(
                "revoke temporary on database " + database.name() + " from application",
                "alter table metrics_commit owner to postgres");
        CommandRun run = CommandRun.on(database, "migrate");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.error())
                .isEqualTo(
                        """
                        Role application lacks rights that the migrations need
                          TEMPORARY on the database: GRANT TEMPORARY ON DATABASE %s TO application
                          the table that postgres owns (public.metrics_commit): connect as postgres
                        Nothing was run. Connect as the role that owns the tables, or have an administrator grant what is missing, and run it again.
                        Nothing was changed.
                        """
                                .formatted(database.name()));
        assertThat(database.query("select to_regclass('public.flyway_schema_history')"))
                .containsExactly("null");
    }

    @Test
    void a_database_of_another_application_is_refused() {
        try (TestDatabase foreign = TestDatabase.empty()) {
            foreign.run("create table invoice (id int)");
            CommandRun run = CommandRun.on(foreign, "migrate");
            assertThat(run.exitCode()).isEqualTo(4);
            assertThat(run.error())
                    .contains("Database " + foreign.name() + " is neither empty nor the audited one")
                    .contains("  table public.metrics_commit\n")
                    .contains("Nothing was written.");
            assertThat(foreign.query("select relname from pg_class where relnamespace = 'public'::regnamespace"))
                    .containsExactly("invoice");
        }
    }

    @Test
    void an_index_that_is_no_longer_redundant_stays_and_the_history_records_no_failure() {
        database.run(
                "drop index metrics_commit_pull_request_id_06f35677",
                "create index metrics_commit_pull_request_id_06f35677 on metrics_commit (pull_request_id desc)");
        List<String> indexes = database.indexes();
        CommandRun run = CommandRun.on(database, "migrate");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.error())
                .endsWith(
                        """
                        V2__drop_commit_pr_idx.sql failed: public.commit_pr_idx is not proven redundant, so it was not dropped
                          key 1, pull_request_id, differs in the keeper: another sort order
                        Nothing was changed. Look at both indexes (\\d on the table); keep this one, or repair the keeper, and migrate again.
                        Every earlier migration stays applied, and is not run again. To go on: dbopt migrate. To see what is applied: dbopt info.
                        """);
        assertThat(database.indexes()).isEqualTo(indexes);
        assertThat(database.history()).containsExactly("1 | BASELINE | audited schema | t");
    }
}
