package dbopt.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.Await;
import dbopt.TestDatabase;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Undo scripts are parsed and run like migrations, inside or outside a transaction, and in a dry run. */
@Timeout(60)
class UndoScriptTest {
    private final TestDatabase database = TestDatabase.empty();
    private Scripts scripts;

    @BeforeEach
    void project(@TempDir Path folder) {
        scripts = new Scripts(folder);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void replaces_placeholders_and_keeps_delimiters_in_their_place() {
        scripts.with("V1__t.sql", "create table ${name} ();")
                .with("U1__t.sql", "do $$ begin execute 'drop table ${name}; select 1'; end $$;");
        FluentConfiguration flyway = scripts.on(database).placeholders(Map.of("name", "placed"));
        flyway.load().migrate();
        run(flyway);
        assertThat(tables()).isEmpty();
    }

    @Test
    void a_script_and_its_history_row_are_one_transaction() {
        scripts.tables(2)
                .with("U2__create_t2.sql", "drop table t2;", "select 1 / 0;")
                .on(database)
                .load()
                .migrate();
        scripts.with("afterEachUndoError.sql", "create table each_error ();")
                .with("afterUndoError.sql", "create table error ();");

        assertThatThrownBy(() -> run(scripts.on(database).target("1")))
                .isInstanceOf(UndoFailedException.class)
                .hasMessage(
                        """
                        Undo of V2 failed in U2__create_t2.sql: ERROR: division by zero
                        The script's changes were rolled back. V2 still counts as applied.
                        Once the cause is gone, the same command finishes it: flyway undo -target=1\
                        """);
        assertThat(tables()).containsExactly("each_error", "error", "t1", "t2");
        assertThat(database.history()).hasSize(2);
    }

    @Test
    void migrations_undone_before_a_failure_stay_undone() {
        scripts.tables(3)
                .with("U2__create_t2.sql", "select 1 / 0;")
                .on(database)
                .load()
                .migrate();

        assertThatThrownBy(() -> run(scripts.on(database).target("1")))
                .hasMessageContaining("were rolled back. Undone before it: V3. V2 still counts as applied.")
                .satisfies(failure ->
                        assertThat(((UndoFailedException) failure).undone()).hasSize(1));
        scripts.with("U2__create_t2.sql", "drop table t2;");
        assertThat(run(scripts.on(database).target("1")).undone().stream().map(Undone::version))
                .containsExactly("2", "1");
    }

    @Test
    void with_group_all_scripts_run_in_one_transaction() {
        scripts.tables(3)
                .with("U2__create_t2.sql", "select 1 / 0;")
                .on(database)
                .load()
                .migrate();

        assertThatThrownBy(() -> run(scripts.on(database).group(true).target("1")))
                .hasMessageContaining("Everything was rolled back. V2 still counts as applied.")
                .satisfies(failure ->
                        assertThat(((UndoFailedException) failure).undone()).isEmpty());
        assertThat(tables()).containsExactly("t1", "t2", "t3");

        scripts.with("U2__create_t2.sql", "drop table t2;");
        assertThat(run(scripts.on(database).group(true).target("1")).undone()).hasSize(3);
        assertThat(tables()).isEmpty();
    }

    @Test
    void a_transactional_undo_works_under_the_default_lock_too() {
        FluentConfiguration flyway = withTransactionalLock(scripts.tables(2).on(database));
        flyway.load().migrate();
        assertThat(run(flyway.target("1")).undone()).hasSize(2);
        assertThat(tables()).isEmpty();
    }

    @Test
    void losing_a_connection_under_the_default_lock_leaves_no_session_behind() {
        scripts.tables(1).with("U1__create_t1.sql", "select pg_terminate_backend(pg_backend_pid());");
        FluentConfiguration flyway = withTransactionalLock(scripts.on(database));
        flyway.load().migrate();
        assertThatThrownBy(() -> run(flyway))
                .isInstanceOf(UndoFailedException.class)
                .hasMessageContaining("The script's changes were rolled back. V1 still counts as applied.");
        String sessions = "select pid, query from pg_stat_activity where usename = 'application'";
        Await.until(() -> database.query(sessions).isEmpty(), () -> "no session to stay: " + database.query(sessions));
    }

    @Test
    void refuses_a_concurrent_build_under_the_default_lock_which_would_hang() {
        concurrentIndex();
        assertThatThrownBy(() -> run(withTransactionalLock(scripts.on(database))))
                .isInstanceOf(UndoRefusedException.class)
                .hasMessage(
                        """
                        Cannot undo V1: U1__i.sql runs outside a transaction, and Flyway's lock is held in one, for which a concurrent build waits forever. Nothing was changed.
                        Use a session lock: flyway.postgresql.transactional.lock=false (or FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK=false), and undo again.\
                        """);
    }

    @Test
    void refuses_a_concurrent_build_in_a_group() {
        concurrentIndex();
        assertThatThrownBy(() -> run(scripts.on(database).group(true)))
                .isInstanceOf(UndoRefusedException.class)
                .hasMessage(
                        """
                        Cannot undo V1: U1__i.sql runs outside a transaction, and group=true needs one transaction for all. Nothing was changed.
                        Undo again with flyway.group=false.\
                        """);
    }

    @Test
    void a_conf_file_takes_a_script_out_of_the_transaction() {
        concurrentIndex();
        run(scripts.on(database));
        assertThat(database.indexes()).containsExactly("CREATE INDEX i ON public.t USING btree (id)");
    }

    @Test
    void callbacks_run_in_order() {
        scripts.tables(2).on(database).load().migrate();
        database.run("create table calls (id serial, name text)");
        for (String event : List.of("beforeUndo", "beforeEachUndo", "afterEachUndo", "afterUndo")) {
            scripts.with(event + ".sql", "insert into calls (name) values ('" + event + "');");
        }
        run(scripts.on(database).target("1"));
        assertThat(database.query("select name from calls order by id"))
                .containsExactly(
                        "beforeUndo",
                        "beforeEachUndo",
                        "afterEachUndo",
                        "beforeEachUndo",
                        "afterEachUndo",
                        "afterUndo");
    }

    @Test
    void finds_scripts_in_several_locations_and_on_the_class_path(@TempDir Path classes) throws IOException {
        scripts.with("a/V1__t.sql", "create table t ();").with("a/V2__u.sql", "create table u ();");
        scripts.with("b/U1__t.sql", "drop table t;");
        Files.createDirectories(classes.resolve("more"));
        Files.writeString(classes.resolve("more/U2__u.sql"), "drop table u;");
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            FluentConfiguration flyway = Flyway.configure(loader)
                    .dataSource(database.url(), TestDatabase.OWNER, TestDatabase.PASSWORD)
                    .locations(
                            "filesystem:" + scripts.folder().resolve("a"),
                            "filesystem:" + scripts.folder().resolve("b"),
                            "classpath:more");
            flyway.load().migrate();
            assertThat(run(flyway.target("1")).undone()).hasSize(2);
        }
        assertThat(tables()).isEmpty();
    }

    @Test
    void a_dry_run_shows_the_sql_and_changes_nothing() {
        scripts.tables(1)
                .with("V2__i.sql", "create table t2 (id int);")
                .with("U2__i.sql", "-- comment", "drop table ${name};", "drop index concurrently if exists i;")
                .with("U2__i.sql.conf", "executeInTransaction=false");
        FluentConfiguration flyway = scripts.on(database).placeholders(Map.of("name", "t2"));
        flyway.load().migrate();
        for (String event : List.of("afterConnect", "beforeUndo", "beforeEachUndo", "afterUndo")) {
            scripts.with(event + ".sql", "create table " + event + " ();");
        }
        List<String> history = database.query("select * from flyway_schema_history");

        assertThat(Undo.of(flyway.target("1")).plan().sql())
                .isEqualTo(
                        """
                        -- V2, undone by U2__i.sql outside a transaction
                        -- comment
                        drop table t2;
                        drop index concurrently if exists i;

                        -- V1, undone by U1__create_t1.sql in a transaction
                        drop table t1;
                        """);
        assertThat(tables()).containsExactly("t1", "t2");
        assertThat(database.query("select * from flyway_schema_history")).isEqualTo(history);
    }

    @Test
    void writes_the_plan_to_the_dry_run_output_that_Flyway_allowed(@TempDir Path folder) {
        FluentConfiguration flyway = scripts.tables(1).on(database);
        flyway.load().migrate();
        Path output = folder.resolve("plan.sql");
        flyway.getModernConfig().getFlyway().setDryRunOutput(output.toString());

        assertThat(flyway.load().undo())
                .isEqualTo(
                        new UndoResult(List.of(), "Dry run: nothing was changed; what undo would run is in " + output));
        assertThat(output).hasContent("-- V1, undone by U1__create_t1.sql in a transaction\ndrop table t1;");
        assertThat(tables()).containsExactly("t1");
    }

    @Test
    void a_dry_run_on_an_empty_database_creates_no_history() {
        assertThat(Undo.of(scripts.tables(1).on(database)).plan())
                .isEqualTo(new UndoPlan(
                        List.of(),
                        "Nothing to undo: there is no schema history \"public\".\"flyway_schema_history\"."));
        assertThat(database.query("select 1 from pg_class where relnamespace = 'public'::regnamespace"))
                .isEmpty();
    }

    @Test
    void two_scripts_for_one_version_are_an_error() {
        scripts.tables(1).on(database).load().migrate();
        scripts.with("U1__again.sql", "select 1;");
        assertThatThrownBy(() -> run(scripts.on(database)))
                .isInstanceOf(FlywayException.class)
                .hasMessageStartingWith("Found more than one migration with version 1");
    }

    private void concurrentIndex() {
        scripts.with("V1__i.sql", "create table t (id int);")
                .with("U1__i.sql", "select 1;", "create index concurrently i on t (id);")
                .with("U1__i.sql.conf", "executeInTransaction=false");
        scripts.on(database).load().migrate();
    }

    private static FluentConfiguration withTransactionalLock(FluentConfiguration flyway) {
        flyway.getPluginRegister()
                .getExact(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(true);
        return flyway;
    }

    private static UndoResult run(FluentConfiguration flyway) {
        return Undo.of(flyway).run(new UndoListener() {});
    }

    private List<String> tables() {
        return new ArrayList<>(
                database.query(
                        """
                select relname from pg_class
                where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'flyway_schema_history'
                order by 1
                """));
    }
}
