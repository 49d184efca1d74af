package dbopt.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dbopt.Await;
import dbopt.TestDatabase;
import dbopt.server.ServerError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The callbacks around the migrations: checks before, timeouts, statistics and the check after. */
class CallbackTest {
    /** The key of Flyway's lock, without the part derived from the name of the schema history. */
    private static final long FLYWAYS_LOCK = 0x466C79776179L;

    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    private ServerError refusal(FluentConfiguration flyway) {
        FlywayException failure =
                catchThrowableOfType(FlywayException.class, () -> flyway.load().migrate());
        return ServerError.among(failure).orElseThrow();
    }

    @Test
    void a_foreign_database_is_left_alone_and_everything_missing_is_named() {
        try (TestDatabase foreign = TestDatabase.empty()) {
            foreign.run("create table invoice (id int primary key)");
            assertThat(refusal(foreign.flyway()).text())
                    .isEqualTo(
                            """
                            Database %s is neither empty nor the audited one: what these migrations work on is missing
                              table public.integrations_githubintegration
                              table public.integrations_integrationcredential
                              table public.integrations_jiraintegration
                              table public.metrics_aiusagedaily
                              table public.metrics_commit
                              table public.metrics_prfile
                              table public.metrics_prreview
                              table public.metrics_prsurvey
                              table public.metrics_prsurveyreview
                              table public.metrics_pullrequest
                              table public.metrics_teammember
                              table public.metrics_weeklymetrics
                              table public.teams_team
                              table public.users_customuser
                              index public.ai_usage_member_date_idx
                              index public.commit_author_date_idx
                              index public.integrations_githubintegration_organization_slug_8d9c65c7
                              index public.integrations_jiraintegration_cloud_id_06210669
                              index public.metrics_commit_pull_request_id_06f35677
                              index public.metrics_prsurvey_pull_request_id_key
                            Nothing was written. Check the address; for a database of another application, let dbopt audit find its redundant indexes."""
                                    .formatted(foreign.name()));
            assertThat(foreign.query(
                            "select relname from pg_class where relnamespace = 'public'::regnamespace order by 1"))
                    .containsExactly("invoice", "invoice_pkey");
        }
    }

    @Test
    void a_deploy_refuses_an_empty_database_as_a_wrong_address() {
        try (TestDatabase empty = TestDatabase.empty()) {
            assertThat(refusal(deployTo(empty)).text())
                    .isEqualTo(
                            """
                            Database %s has no table in schema public, and the placeholder emptyDatabase says refuse
                            No migration was run; only the empty schema history public.flyway_schema_history was created. Is this the right \
                            address? To create the audited schema in an empty database, leave the placeholder at its default."""
                                    .formatted(empty.name()));
            assertThat(empty.history()).isEmpty();
        }
        assertThat(deployTo(database).load().migrate().success).isTrue();
    }

    private static FluentConfiguration deployTo(TestDatabase target) {
        return target.flyway(Map.of("emptydatabase", "refuse"));
    }

    @Test
    void a_missing_keeper_stops_before_the_baseline_and_additional_tables_do_not_matter() {
        database.run("create table other (id int)", "drop index commit_author_date_idx");
        assertThat(refusal(database.flyway()).detail()).contains("index public.commit_author_date_idx");
        assertThat(database.query("select to_regclass('public.flyway_schema_history')"))
                .containsExactly("null");
        database.run("create index commit_author_date_idx on metrics_commit (author_id, committed_at)");
        assertThat(database.flyway().load().migrate().success).isTrue();
    }

    @Test
    void every_missing_right_is_reported_before_the_first_migration() {
        database.flyway().load().baseline();
        database.runAsSuperuser(
                "revoke temporary, create on database " + database.name() + " from application",
                "revoke create on schema public from application",
                "alter table metrics_commit owner to postgres");
        assertThat(refusal(database.flyway()).text())
                .isEqualTo(
                        """
                        Role application lacks rights that the migrations need
                          TEMPORARY on the database: GRANT TEMPORARY ON DATABASE %1$s TO application
                          CREATE on the database, for the schema dbopt: GRANT CREATE ON DATABASE %1$s TO application
                          USAGE and CREATE on schema public: GRANT USAGE, CREATE ON SCHEMA public TO application
                          the table that postgres owns (public.metrics_commit): connect as postgres
                        Nothing was run. Connect as the role that owns the tables, or have an administrator grant what is missing, and run it again."""
                                .formatted(database.name()));
        assertThat(database.history()).containsExactly("1 | BASELINE | audited schema | t");
    }

    @Test
    void transactional_ddl_waits_two_seconds_for_a_lock_and_concurrent_ddl_minutes(@TempDir Path folder)
            throws IOException {
        Files.writeString(
                folder.resolve("V9__transactional.sql"),
                "create table transactional as select current_setting('lock_timeout') lock, current_setting('statement_timeout') statement;");
        Files.writeString(
                folder.resolve("V10__concurrent.sql"),
                "create table concurrent as select current_setting('lock_timeout') lock, current_setting('statement_timeout') statement;");
        Files.writeString(folder.resolve("V10__concurrent.sql.conf"), "executeInTransaction=false");
        database.runAsSuperuser(
                "alter role application in database " + database.name() + " set statement_timeout = '20s'");

        migrateWith(folder);

        assertThat(database.query("select * from transactional")).containsExactly("2s | 0");
        assertThat(database.query("select * from concurrent")).containsExactly("10min | 0");
    }

    @Test
    void the_server_checks_the_connection_of_a_migration_every_two_seconds(@TempDir Path folder) throws IOException {
        Files.writeString(
                folder.resolve("V9__watched.sql"),
                "create table watched as select current_setting('client_connection_check_interval') every;");
        migrateWith(folder);
        assertThat(database.query("select * from watched")).containsExactly("2s");
    }

    private void migrateWith(Path folder) {
        FluentConfiguration flyway = database.flyway();
        Location[] locations = Arrays.copyOf(flyway.getLocations(), flyway.getLocations().length + 1);
        locations[locations.length - 1] = Location.fromPath("filesystem:", folder.toString());
        flyway.locations(locations).load().migrate();
    }

    @Test
    void the_guard_leaves_nothing_in_the_database() {
        database.flyway().load().migrate();
        String functions = "select nspname, proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
                + " where nspname !~ '^pg_catalog|information_schema$'";
        // the server drops them when the session ends, after its client has disconnected
        Await.until(
                () -> database.query(functions).isEmpty(), () -> "no function to stay: " + database.query(functions));
    }

    @Test
    void big_tables_get_autovacuum_thresholds_that_fit_their_size() {
        database.flyway().load().migrate();
        assertThat(database.query(
                        "select relname, array_to_string(reloptions, ' ') from pg_class where reloptions is not null"
                                + " and relnamespace = 'public'::regnamespace order by 1"))
                .containsExactly(
                        "metrics_aiusagedaily | " + scaleFactors("0.02", "0.01"),
                        "metrics_commit | " + scaleFactors("0.05", "0.025"),
                        "metrics_prfile | " + scaleFactors("0.02", "0.01"),
                        "metrics_prreview | " + scaleFactors("0.1", "0.05"),
                        "metrics_prsurvey | " + scaleFactors("0.1", "0.05"),
                        "metrics_pullrequest | " + scaleFactors("0.1", "0.05"),
                        "metrics_weeklymetrics | " + scaleFactors("0.1", "0.05"));
    }

    private static String scaleFactors(String vacuum, String analyze) {
        return "autovacuum_vacuum_scale_factor=" + vacuum + " autovacuum_analyze_scale_factor=" + analyze
                + " autovacuum_vacuum_insert_scale_factor=" + vacuum;
    }

    @Test
    void tables_with_autovacuum_settings_of_their_own_are_listed_and_left_alone() {
        database.run(
                "alter table metrics_commit set (autovacuum_enabled = false)",
                "alter table metrics_prfile set (autovacuum_vacuum_threshold = 7, fillfactor = 90)");
        List<String> before =
                database.query("select relname, reloptions from pg_class where reloptions is not null order by 1");
        assertThat(refusal(database.flyway()).text())
                .isEqualTo(
                        """
                        Tables carry autovacuum settings of their own already, which this migration would overwrite
                          public.metrics_commit: autovacuum_enabled=false
                          public.metrics_prfile: autovacuum_vacuum_threshold=7, fillfactor=90
                        Nothing was changed. Take them away (ALTER TABLE ... RESET (...)) if these here serve as well, and migrate again.""");
        assertThat(database.query("select relname, reloptions from pg_class where reloptions is not null order by 1"))
                .isEqualTo(before);
    }

    @Test
    void after_a_deploy_that_changed_something_every_table_is_analysed() {
        database.run(IntStream.rangeClosed(1, 26)
                .mapToObj(number -> "create table application_" + number + " as select generate_series(1, 10) id")
                .toArray(String[]::new));
        database.run(
                "create schema \"Billing; --\"",
                "create table \"Billing; --\".\"Invoice \"\"x\"\"\" (id int)",
                "create materialized view overview as select 1 one",
                "create table event (at date) partition by range (at)",
                "create table event_2026 partition of event for values from ('2026-01-01') to ('2027-01-01')");
        assertThat(database.query(NEVER_ANALYSED)).hasSize(14 + 26 + 4);

        database.flyway().load().migrate();

        assertThat(neverAnalysed(0)).isEmpty();
        assertThat(database.query("show statement_timeout")).containsExactly("0");
    }

    private static final String NEVER_ANALYSED =
            "select schemaname, relname from pg_stat_user_tables where last_analyze is null and relname <> 'flyway_schema_history'";

    /** Returns the tables that were never analysed, once there are this many or the wait times out. */
    private List<String> neverAnalysed(int tables) {
        database.awaitCounters("relid = 'users_customuser'::regclass and (select count(*) from (" + NEVER_ANALYSED
                + ") never_analysed) = " + tables);
        return database.query(NEVER_ANALYSED);
    }

    @Test
    void a_locked_table_is_skipped_and_a_table_of_another_owner_is_not_touched() throws SQLException {
        database.runAsSuperuser("create table of_somebody_else (id int)");
        database.run("create table held (id int)");
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table held in access exclusive mode");
            database.flyway().load().migrate();
        }
        assertThat(neverAnalysed(2)).containsExactlyInAnyOrder("public | held", "public | of_somebody_else");
    }

    @Test
    void a_deploy_without_changes_analyses_nothing() {
        database.flyway().load().migrate();
        database.run("create table later (id int)");
        database.flyway().load().migrate();
        assertThat(neverAnalysed(1)).containsExactly("public | later");
    }

    @Test
    void a_dropped_index_or_a_copy_of_it_that_exists_again_fails_the_next_deploy() {
        database.flyway().load().migrate();
        database.run(
                "create index commit_pr_idx on metrics_commit (pull_request_id)",
                "create index \"Twin\" on metrics_prsurvey (pull_request_id)",
                "create index another on metrics_prsurvey (pull_request_id desc)");
        assertThat(refusal(database.flyway()).text())
                .isEqualTo(
                        """
                        Indexes that were dropped as redundant exist again
                          public.commit_pr_idx exists again, although version 2 dropped it: DROP INDEX CONCURRENTLY public.commit_pr_idx
                          public."Twin" is what version 3 dropped as public.pr_survey_pr_idx: DROP INDEX CONCURRENTLY public."Twin"
                        Every migration is applied; nothing was changed by this check. Drop them, or undo the version that dropped them; \
                        and remove them from the application's models, or its framework creates them again.""");
        database.run("drop index commit_pr_idx", "drop index \"Twin\"");
        assertThat(database.flyway().load().migrate().success).isTrue();
    }

    /** An undo builds the index first and writes its row afterwards; Flyway's check runs outside its lock. */
    @Test
    void an_index_that_an_undo_is_restoring_right_now_does_not_fail_the_deploy() throws SQLException {
        database.flyway().load().migrate();
        database.run("create index commit_pr_idx on metrics_commit (pull_request_id)");
        try (Connection undo = database.connect();
                Statement lock = undo.createStatement()) {
            lock.execute("select pg_advisory_lock(" + (FLYWAYS_LOCK + 1) + ")");
            assertThat(database.flyway().load().migrate().success).isTrue();
        }
        assertThat(refusal(database.flyway()).text()).startsWith("Indexes that were dropped as redundant exist again");
    }

    @Test
    void an_index_whose_drop_was_undone_may_exist() {
        database.flyway().load().migrate();
        database.run(
                "insert into flyway_schema_history (installed_rank, version, description, type, script, installed_by, execution_time, success)"
                        + " values (100, '2', 'drop commit pr idx', 'DELETE', 'U2__drop_commit_pr_idx.sql', 'application', 0, true)",
                "create index commit_pr_idx on metrics_commit (pull_request_id)");
        assertThat(database.flyway().target("1").load().migrate().success).isTrue();
    }

    @Test
    void the_views_show_redundant_and_unused_indexes_and_the_age_of_the_statistics() {
        database.flyway().target("8").load().migrate();
        assertThat(
                        database.query(
                                "select index_name, kind, covered_by, size_bytes > 0 from dbopt.redundant_indexes where table_name = 'metrics_commit'"))
                .containsExactly("metrics_commit_team_id_92b2ddfe | prefix | unique_team_commit | t");
    }

    /** As in a pooler's transaction mode, where each transaction gets whichever session is free. */
    @ParameterizedTest
    @CsvSource({"beforeEachMigrate, migration", "beforeEachUndo, undo script"})
    void a_drop_outside_the_session_that_holds_flyways_lock_is_stopped(String callback, String what)
            throws IOException, SQLException {
        String sql =
                Files.readString(Path.of("db/callback", callback + ".sql")).replace("${concurrentLockTimeout}", "1min");
        try (Connection locking = database.connect();
                Statement lock = locking.createStatement();
                Connection migrating = database.connect();
                Statement migration = migrating.createStatement()) {
            lock.execute("select pg_advisory_lock(" + FLYWAYS_LOCK + ")");
            assertThat(ServerError.of(catchThrowableOfType(SQLException.class, () -> migration.execute(sql)))
                            .text())
                    .isEqualTo(
                            """
                            This %s does not run in the session that holds Flyway's lock: a connection pooler shares sessions (pool_mode=transaction)
                            It was not run. Give Flyway the address of the server itself, not of the pooler, or of a pool with pool_mode=session."""
                                    .formatted(what));

            lock.execute(sql);

            lock.execute("select pg_advisory_unlock_all()");
            locking.setAutoCommit(false);
            lock.execute("select pg_advisory_xact_lock(" + FLYWAYS_LOCK + ")");
            migration.execute(sql);
        }
    }
}
