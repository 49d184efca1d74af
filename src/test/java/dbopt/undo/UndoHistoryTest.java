package dbopt.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.StockFlyway;
import dbopt.TestDatabase;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How other Flyways read the schema history after an undo, and how undo reads theirs. */
@Tag("anyversion")
@Timeout(60)
class UndoHistoryTest {
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
    void Flyway_without_the_plugin_keeps_working_cycle_after_cycle() {
        scripts.tables(3);
        Map<String, String> settings = Map.of(
                "flyway.locations", "filesystem:" + scripts.folder(), "flyway.ignoreMigrationPatterns", "*:pending");
        try (StockFlyway stock = StockFlyway.withoutPlugin()) {
            assertThatThrownBy(() -> stock.run("undo", database, settings)).hasMessageContaining("undo");
            for (int cycle = 0; cycle < 3; cycle++) {
                stock.run("migrate", database, settings);
                undo("2");
                stock.run("info", database, settings);
                stock.run("validate", database, settings);
                List<String> history = database.history();
                stock.run("repair", database, settings);
                assertThat(database.history()).isEqualTo(history);
            }
            stock.run("migrate", database, settings);
        }
        assertThat(database.query("select to_regclass('t2'), to_regclass('t3')"))
                .containsExactly("t2 | t3");
        assertThat(states()).endsWith(MigrationState.SUCCESS, MigrationState.SUCCESS);
    }

    @Test
    void an_undo_by_the_paid_edition_counts_as_an_undo() {
        scripts.tables(2).on(database).load().migrate();
        database.run(
                "drop table t2",
                """
                insert into flyway_schema_history
                values (3, '2', 'create t2', 'UNDO_SQL', 'U2__create_t2.sql', 1, 'application', now(), 1, true)
                """);

        assertThat(states()).containsExactly(MigrationState.SUCCESS, MigrationState.UNDONE, MigrationState.PENDING);
        scripts.on(database).ignoreMigrationPatterns("*:pending").load().validate();
        assertThat(undo("latest")).containsExactly("1");
        scripts.on(database).load().migrate();
        assertThat(undo("1")).containsExactly("2", "1");
    }

    @Test
    void a_failed_undo_by_the_paid_edition_is_refused() {
        scripts.tables(2).on(database).load().migrate();
        database.run(
                """
                insert into flyway_schema_history
                values (3, '2', 'create t2', 'UNDO_SQL', 'U2__create_t2.sql', 1, 'application', now(), 1, false)
                """);

        assertThatThrownBy(() -> undo("latest"))
                .isInstanceOf(UndoRefusedException.class)
                .hasMessage(
                        """
                        The schema history holds a failed undo of V2 (U2__create_t2.sql), which another tool wrote. Nothing was changed.
                        Look at what it left, then let flyway repair remove its row and undo again.\
                        """);
        scripts.on(database).load().repair();
        assertThat(undo("latest")).containsExactly("2");
    }

    @Test
    void a_migration_that_failed_half_way_can_be_undone_and_leaves_nothing_to_repair() {
        scripts.tables(1)
                .with("V2__index.sql", "create index concurrently i on t1 (id);", "select 1 / 0;")
                .with("V2__index.sql.conf", "executeInTransaction=false")
                .with("U2__index.sql", "drop index concurrently if exists i;");
        for (int cycle = 0; cycle < 2; cycle++) {
            assertThatThrownBy(() -> scripts.on(database).load().migrate()).isInstanceOf(FlywayException.class);
            assertThat(database.query("select to_regclass('i')")).containsExactly("i");
            assertThat(undo("latest")).containsExactly("2");
            assertThat(database.query("select to_regclass('i')")).containsExactly("null");
            scripts.on(database).load().repair();
        }

        scripts.with("V2__index.sql", "create index concurrently i on t1 (id);");
        scripts.on(database).load().migrate();
        assertThat(states()).endsWith(MigrationState.SUCCESS);
        assertThat(database.history())
                .containsExactly(
                        "1 | SQL | V1__create_t1.sql | t",
                        "2 | SQL | V2__index.sql | t",
                        "2 | DELETE | U2__index.sql | t",
                        "2 | SQL | V2__index.sql | t",
                        "2 | DELETE | U2__index.sql | t",
                        "2 | SQL | V2__index.sql | t");
    }

    @Test
    void the_history_records_who_undid_what_and_when() {
        scripts.tables(1).on(database).load().migrate();
        undo("latest");
        assertThat(
                        database.query(
                                """
                        select installed_by, description, now() - installed_on < interval '1 minute', checksum is not null
                        from flyway_schema_history where type = 'DELETE'
                        """))
                .containsExactly("application | create t1 | t | t");
    }

    private List<String> undo(String target) {
        return Undo.of(scripts.on(database).target(target)).run(new UndoListener() {}).undone().stream()
                .map(Undone::version)
                .toList();
    }

    /** The states of the migrations, without the undo scripts, which are listed as available. */
    private List<MigrationState> states() {
        return Arrays.stream(scripts.on(database).load().info().all())
                .filter(migration -> !migration.getType().isUndo())
                .map(migration -> migration.getState())
                .toList();
    }
}
