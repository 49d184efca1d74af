package dbopt.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The last line of an undo says correctly what the next migrate will apply. */
@Timeout(60)
class ComingBackTest {
    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void create_three_tables() {
        scripts = new Scripts(folder).tables(3);
        scripts.on(database).load().migrate();
    }

    @Test
    void also_names_migrations_that_an_earlier_run_undid() {
        undo(scripts.on(database));
        assertThat(undo(scripts.on(database).target("1")))
                .endsWith(
                        "The next migrate applies V1, V2 and V3 again, unless its target holds them: FLYWAY_TARGET=0? (in a configuration file: flyway.target=0?)");
        assertThat(scripts.on(database).load().migrate().migrationsExecuted).isEqualTo(3);
    }

    @Test
    void says_that_a_version_below_an_applied_one_is_not_reapplied() {
        scripts.with("V2.5__create_late.sql", "create table late (id int);")
                .with("U2.5__create_late.sql", "drop table late;");
        scripts.on(database).outOfOrder(true).load().migrate();
        assertThat(undo(scripts.on(database)))
                .endsWith(
                        """

                        V2.5 is below V3, which stays applied: migrate does not apply it again unless outOfOrder=true (FLYWAY_OUT_OF_ORDER=true), and without that setting, its validation may fail.""");
        assertThat(migrated(scripts.on(database))).isZero();
        assertThat(migrated(scripts.on(database).outOfOrder(true))).isEqualTo(1);
        assertThat(undo(scripts.on(database).outOfOrder(true)))
                .endsWith(
                        "The next migrate applies V2.5 again, unless its target holds it: FLYWAY_TARGET=2 (in a configuration file: flyway.target=2)");
    }

    private static int migrated(FluentConfiguration configuration) {
        try {
            return configuration.load().migrate().migrationsExecuted;
        } catch (FlywayException e) {
            return 0;
        }
    }

    @Test
    void says_that_a_migration_with_a_missing_file_is_not_reapplied() throws IOException {
        Files.delete(folder.resolve("V3__create_t3.sql"));
        assertThat(undo(scripts.on(database).ignoreMigrationPatterns("*:missing", "*:future")))
                .endsWith("\nV3 is not among the migrations here, so migrate from here does not apply it again.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-2", "-7", "-1.5"})
    void refuses_a_target_that_is_not_a_version(String target) {
        assertThatThrownBy(() -> undo(scripts.on(database).target(target)))
                .isInstanceOf(UndoRefusedException.class)
                .hasMessage(
                        """
                        Cannot undo to target=%s: that is not the version of a migration. Nothing was changed.
                        Leave target out to undo the newest migration, or give the oldest version to undo: flyway undo -target=3"""
                                .formatted(target));
        assertThat(database.query("select to_regclass('t3')")).containsExactly("t3");
    }

    private static String undo(FluentConfiguration configuration) {
        return Undo.of(configuration).run(new UndoListener() {}).message();
    }
}
