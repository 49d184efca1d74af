package dbopt.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.AuditedProject;
import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The database is not as expected: it is read-only, or its names mislead. */
@Tag("faults")
@Timeout(300)
class TargetTest {
    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    private final Invariants invariants = Invariants.of(database);

    @ParameterizedTest
    @ValueSource(strings = {"migrate", "undo"})
    void a_read_only_database_is_reported_and_stays_unchanged(String command) {
        database.flyway().target("2").load().migrate();
        List<String> before = database.schema();
        database.runAsSuperuser(
                "alter role application in database " + database.name() + " set default_transaction_read_only = on");
        CommandRun run = CommandRun.on(database, command);
        FaultScenario.isTold(run);
        assertThat(run.error()).contains("cannot run here: default_transaction_read_only is on");
        assertThat(database.schema()).isEqualTo(before);
        invariants.holdAtRest();
        database.runAsSuperuser(
                "alter role application in database " + database.name() + " reset default_transaction_read_only");
        migrateUndoAndMigrateAgain(AuditedProject.folder(), database);
        invariants.holdAtRest();
    }

    /** Functions, operators and tables that shadow those of the catalog and record every call. */
    private static final String[] EVIL = {
        "create schema \"Evil; --\"",
        "set search_path = \"Evil; --\", pg_catalog",
        "create function hijacked() returns text language plpgsql as 'begin raise exception ''hijacked''; end'",
        "create function format(text, text) returns text return hijacked()",
        "create function format(text, name) returns text return hijacked()",
        "create function string_agg_step(text, text, text) returns text return hijacked()",
        "create aggregate string_agg(text, text) (sfunc = string_agg_step, stype = text, initcond = '')",
        "create function array_to_string(text[], text) returns text return hijacked()",
        "create function set_config(text, text, boolean) returns text return hijacked()",
        "create function current_setting(text) returns text return hijacked()",
        "create function to_regclass(text) returns regclass return hijacked()::regclass",
        "create function equal(text, text) returns boolean return hijacked()::boolean",
        "create function like_it(text, text) returns boolean return hijacked()::boolean",
        "create operator ~~ (leftarg = text, rightarg = text, function = like_it)",
        "create operator ~ (leftarg = text, rightarg = text, function = like_it)",
        "create operator <> (leftarg = text, rightarg = text, function = equal)",
        "create table pg_index (indexrelid oid)",
        "create table metrics_commit (id bigint)",
    };

    @Test
    void a_hostile_search_path_has_no_effect() {
        changesNothing("\"Evil; --\", public, pg_catalog");
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"''", "\"Evil; --\""})
    void an_empty_search_path_has_no_effect(String searchPath) {
        changesNothing(searchPath);
    }

    private void changesNothing(String searchPath) {
        database.run(EVIL);
        database.runAsSuperuser("alter database " + database.name() + " set search_path = " + searchPath);
        migrateUndoAndMigrateAgain(AuditedProject.folder(), database);
        database.runAsSuperuser(
                "alter database " + database.name() + " reset search_path", "drop schema \"Evil; --\" cascade");
        invariants.holdAtRest();
    }

    @Test
    void the_schema_history_may_have_a_name_that_needs_quotes(@TempDir Path folder) {
        Path project = Steps.project(
                AuditedProject.folder(), folder, "flyway.defaultSchema=He said \"no\"; --\nflyway.table=it's; drop");
        try (TestDatabase empty = TestDatabase.empty()) {
            migrateUndoAndMigrateAgain(project, empty);
            assertThat(empty.query("select count(*) from \"He said \"\"no\"\"; --\".\"it's; drop\" where success"))
                    .containsExactly("24");
        }
    }

    private static void migrateUndoAndMigrateAgain(Path project, TestDatabase database) {
        for (List<String> command :
                List.of(List.of("migrate"), List.of("undo", "--target", "2"), List.of("info"), List.of("migrate"))) {
            CommandRun run = CommandRun.in(project, database, command.toArray(String[]::new));
            assertThat(run.exitCode()).as("%s: %s", command, run.error()).isZero();
        }
    }
}
