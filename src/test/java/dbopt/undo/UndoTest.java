package dbopt.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which migrations an undo reverts, what it reports, and what the schema history contains afterwards. */
@Timeout(60)
@Tag("anyversion")
class UndoTest {
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
    void undoes_the_newest_migration() {
        migrate(scripts.tables(3));

        assertThat(undo(scripts.on(database)).message())
                .matches(
                        """
                        Undone: V3 \\(\\d+\\.\\d s\\)\\.
                        The next migrate applies V3 again, unless its target holds it: FLYWAY_TARGET=2 \\(in a configuration file: flyway.target=2\\)\
                        """);
        assertThat(tables()).containsExactly("t1", "t2");
        assertThat(database.history())
                .containsExactly(
                        "1 | SQL | V1__create_t1.sql | t",
                        "2 | SQL | V2__create_t2.sql | t",
                        "3 | SQL | V3__create_t3.sql | t",
                        "3 | DELETE | U3__create_t3.sql | t");
    }

    @Test
    void implements_the_undo_command_of_Flyway() {
        migrate(scripts.tables(2));

        scripts.on(database).load().undo();

        assertThat(tables()).containsExactly("t1");
    }

    @Test
    void undoes_down_to_the_target_inclusive_newest_first() {
        migrate(scripts.tables(4));

        UndoResult result = undo(scripts.on(database).target("2"));

        assertThat(result.undone().stream().map(Undone::version)).containsExactly("4", "3", "2");
        assertThat(result.message())
                .endsWith(
                        "The next migrate applies V2, V3 and V4 again, unless its target holds them: FLYWAY_TARGET=1 (in a configuration file: flyway.target=1)");
        assertThat(tables()).containsExactly("t1");
    }

    @Test
    void running_out_of_memory_leaves_nothing_half_undone() {
        migrate(scripts.tables(2));

        assertThatThrownBy(() -> undo(scripts.on(database).callbacks(new MemoryIsFull())))
                .hasMessageContaining("it does not fit into the memory of this process (java.lang.OutOfMemoryError");
        assertThat(tables()).containsExactly("t1", "t2");

        undo(scripts.on(database));
        assertThat(tables()).containsExactly("t1");
    }

    /** Runs out of memory as soon as a script has run. */
    private static final class MemoryIsFull extends BaseCallback {
        @Override
        public boolean supports(Event event, Context context) {
            return event == Event.AFTER_EACH_UNDO;
        }

        @Override
        public void handle(Event event, Context context) {
            throw new OutOfMemoryError("in a test");
        }
    }

    @Test
    void the_next_migrate_reapplies_what_was_undone_any_number_of_times() {
        migrate(scripts.tables(2));
        for (int cycle = 0; cycle < 3; cycle++) {
            undo(scripts.on(database).target("1"));
            assertThat(tables()).isEmpty();
            migrate(scripts);
            assertThat(tables()).containsExactly("t1", "t2");
        }
        assertThat(scripts.on(database).load().info().applied()).hasSize(8);
        scripts.on(database).load().validate();
    }

    @Test
    void migrate_with_the_target_that_the_output_names_keeps_migrations_undone() {
        migrate(scripts.tables(3));
        undo(scripts.on(database).target("2"));
        scripts.on(database).target("1").load().migrate();
        assertThat(tables()).containsExactly("t1");

        undo(scripts.on(database));
        scripts.on(database).target("0?").load().migrate();
        assertThat(tables()).isEmpty();
    }

    @Test
    void refuses_before_anything_changes_when_a_script_is_missing() {
        scripts.tables(5)
                .with("V6__split_name.sql", "create table t6 ();")
                .with("V7__add_due_date_to_invoice.sql", "create table t7 ();")
                .with("V8__create_t8.sql", "create table t8 ();")
                .with("U8__create_t8.sql", "drop table t8;")
                .with("V9__create_t9.sql", "create table t9 ();")
                .with("U9__create_t9.sql", "drop table t9;")
                .with("beforeUndo.sql", "create table callback_ran ();");
        migrate(scripts);
        List<String> before = database.history();

        assertThatThrownBy(() -> undo(scripts.on(database).target("5")))
                .isInstanceOf(UndoRefusedException.class)
                .hasMessage(
                        """
                        Cannot undo V9 to V5: 2 of the 5 have no undo script. Nothing was changed.
                          V7__add_due_date_to_invoice  expected %1$s/U7__add_due_date_to_invoice.sql
                          V6__split_name               expected %1$s/U6__split_name.sql
                        Write the missing scripts, or undo only V9 and V8: flyway undo -target=8\
                        """
                                .formatted(scripts.folder()));
        assertThat(database.history()).isEqualTo(before);
        assertThat(tables()).hasSize(9).doesNotContain("callback_ran");
    }

    @Test
    void refuses_to_undo_the_first_migration_as_it_refuses_to_undo_a_baseline() {
        migrate(scripts.with("V1__audited_schema.sql", "create table t1 ();"));
        assertThatThrownBy(() -> undo(scripts.on(database)))
                .hasMessage(
                        """
                        Cannot undo V1: it is the first migration, which everything else depends on, and has no undo script, so it cannot be undone. Nothing was changed.
                        Nothing above V1 is applied.\
                        """);

        migrate(scripts.with("V2__create_t2.sql", "create table t2 ();").with("U2__create_t2.sql", "drop table t2;"));
        assertThatThrownBy(() -> undo(scripts.on(database).target("1")))
                .hasMessageEndingWith("\nEverything above it can be undone: flyway undo -target=2");

        migrate(scripts.with("V3__create_t3.sql", "create table t3 ();"));
        assertThatThrownBy(() -> undo(scripts.on(database).target("1")))
                .hasMessage(
                        """
                        Cannot undo V3 to V1: 2 of the 3 have no undo script. Nothing was changed.
                          V3__create_t3       expected %s/U3__create_t3.sql
                          V1__audited_schema  is the first migration: it cannot be undone
                        Write the missing script.\
                        """
                                .formatted(scripts.folder()));
    }

    @Test
    void has_nothing_to_undo_in_an_empty_database() {
        assertThat(undo(scripts.tables(1).on(database)))
                .isEqualTo(new UndoResult(
                        List.of(),
                        "Nothing to undo: there is no schema history \"public\".\"flyway_schema_history\"."));
        assertThat(tables()).isEmpty();
        assertThat(database.query("select to_regclass('flyway_schema_history')"))
                .containsExactly("null");
    }

    @Test
    void has_nothing_to_undo_when_everything_is_undone() {
        migrate(scripts.tables(1));
        undo(scripts.on(database));
        assertThat(undo(scripts.on(database)).message())
                .isEqualTo("Nothing to undo: no versioned migration is applied.");
    }

    @Test
    void has_nothing_to_undo_above_the_newest_version() {
        migrate(scripts.tables(2));
        assertThat(undo(scripts.on(database).target("33")).message())
                .isEqualTo("Nothing to undo: no migration of version 33 or newer is applied.");
    }

    @Test
    void leaves_repeatable_migrations_and_the_baseline_alone() {
        scripts.tables(2).with("R__view.sql", "create view v as select 1;");
        FluentConfiguration flyway = scripts.on(database).baselineVersion("1");
        flyway.load().baseline();
        flyway.load().migrate();

        undo(scripts.on(database));
        assertThat(undo(scripts.on(database)).message())
                .isEqualTo("Nothing to undo: no migration above baseline 1 is applied.");
        assertThat(database.history())
                .containsExactly(
                        "1 | BASELINE | << Flyway Baseline >> | t",
                        "2 | SQL | V2__create_t2.sql | t",
                        "null | SQL | R__view.sql | t",
                        "2 | DELETE | U2__create_t2.sql | t");
    }

    @Test
    void refuses_to_undo_the_baseline_and_says_why() {
        FluentConfiguration flyway = scripts.tables(3).on(database).baselineVersion("1");
        flyway.load().baseline();
        flyway.load().migrate();

        assertThatThrownBy(() -> undo(scripts.on(database).target("1")))
                .isInstanceOf(UndoRefusedException.class)
                .hasMessage(
                        """
                        Cannot undo V1: it is the baseline, which records what the database held before Flyway was introduced, so it cannot be undone. Nothing was changed.
                        Everything above it can be undone: flyway undo -target=2\
                        """);
        assertThat(tables()).containsExactly("t2", "t3");
    }

    @Test
    void refuses_next_as_a_target() {
        assertThatThrownBy(() -> undo(scripts.on(database).target("next")))
                .hasMessage(
                        """
                        Cannot undo to target=next: next is what migrate would apply. Nothing was changed.
                        Leave target out to undo the newest migration, or give the oldest version to undo: flyway undo -target=3\
                        """);
    }

    @Test
    void undoes_the_last_installed_migration_when_migrations_ran_out_of_order() {
        migrate(scripts.with("V1__create_t1.sql", "create table t1 ();")
                .with("V3__create_t3.sql", "create table t3 ();")
                .with("U3__create_t3.sql", "drop table t3;"));
        scripts.with("V2__create_t2.sql", "create table t2 ();").with("U2__create_t2.sql", "drop table t2;");
        scripts.on(database).outOfOrder(true).load().migrate();

        assertThat(undo(scripts.on(database)).undone().stream().map(Undone::version))
                .containsExactly("2");
        scripts.on(database).outOfOrder(true).load().migrate();
        assertThat(undo(scripts.on(database).target("2")).undone().stream().map(Undone::version))
                .containsExactly("2", "3");
        migrate(scripts);
        assertThat(tables()).containsExactly("t1", "t2", "t3");
    }

    @Test
    void keeps_migrations_below_the_target_even_if_they_were_installed_later() {
        migrate(scripts.tables(1)
                .with("V3__create_t3.sql", "create table t3 ();")
                .with("U3__create_t3.sql", "drop table t3;"));
        scripts.with("V2__create_t2.sql", "create table t2 ();").with("U2__create_t2.sql", "drop table t2;");
        scripts.on(database).outOfOrder(true).load().migrate();

        undo(scripts.on(database).target("3"));
        assertThat(tables()).containsExactly("t1", "t2");
    }

    /** While an undo waits for the lock, another session may apply more migrations, which the user has not seen. */
    @Test
    void checks_the_plan_before_anything_runs_and_again_under_the_migration_lock() {
        scripts.tables(3).on(database).target("2").load().migrate();
        List<List<String>> judged = new ArrayList<>();
        assertThatThrownBy(() -> Undo.of(scripts.on(database).target("2")).run(new UndoListener() {}, plan -> {
                    judged.add(plan.steps().stream().map(UndoStep::name).toList());
                    if (judged.size() > 1) {
                        throw new UndoRefusedException("V3 came meanwhile. Nothing was changed.");
                    }
                    migrate(scripts);
                }))
                .isInstanceOf(UndoRefusedException.class)
                .hasMessage("V3 came meanwhile. Nothing was changed.");
        assertThat(judged.get(0)).hasSize(1);
        assertThat(judged.get(1)).hasSize(2).containsAll(judged.get(0));
        assertThat(tables()).containsExactly("t1", "t2", "t3");
    }

    @Test
    void info_shows_what_is_undoable_and_names_are_valid() {
        migrate(scripts.tables(1).with("V2__create_t2.sql", "create table t2 ();"));
        assertThat(org.flywaydb.core.internal.info.MigrationInfoDumper.dumpToAsciiTable(
                                scripts.on(database).load().info().all())
                        .lines()
                        .filter(line -> line.contains("Versioned"))
                        .map(line -> line.replaceAll(" *\\| *", "|").replaceAll("\\d{4}-[^|]*", "")))
                .containsExactly("|Versioned|1|create t1|SQL||Success|Yes|", "|Versioned|2|create t2|SQL||Success|No|");
    }

    private void migrate(Scripts project) {
        project.on(database).load().migrate();
    }

    private static UndoResult undo(FluentConfiguration configuration) {
        return Undo.of(configuration).run(new UndoListener() {});
    }

    private List<String> tables() {
        return database.query(
                """
                select relname from pg_class
                where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'flyway_schema_history'
                order by 1
                """);
    }
}
