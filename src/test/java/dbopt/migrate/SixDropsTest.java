package dbopt.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The six drops as found in the migration files, on the audited database. */
class SixDropsTest {
    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    static Stream<Arguments> drops() {
        return Drops.of(dbopt.database.MigrationProject.find(Path.of(""), null).flyway()).entrySet().stream()
                .map(drop -> Arguments.of(drop.getKey(), drop.getValue()));
    }

    @ParameterizedTest(name = "V{0} drops {1}")
    @MethodSource("drops")
    void each_index_is_there_before_its_own_migration_and_gone_after_it(MigrationVersion version, GuardedDrop drop) {
        int before = Integer.parseInt(version.getVersion()) - 1;
        database.flyway().target(String.valueOf(before)).load().migrate();
        List<String> indexesBefore = database.indexes();
        List<String> keeperBefore = keeper(drop);
        assertThat(indexesBefore).contains(drop.definition());
        assertThat(keeperBefore).hasSize(1).allMatch(row -> row.endsWith("| t"));

        database.flyway().target(version).load().migrate();

        List<String> allButTheDropped = new ArrayList<>(indexesBefore);
        allButTheDropped.remove(drop.definition());
        assertThat(database.indexes()).isEqualTo(allButTheDropped);
        assertThat(keeper(drop)).isEqualTo(keeperBefore);
    }

    /** The keeper's identity, file, definition and validity. */
    private List<String> keeper(GuardedDrop drop) {
        return database.query(
                "select indexrelid, pg_relation_filenode(indexrelid), pg_get_indexdef(indexrelid), indisvalid from pg_index"
                        + " where indexrelid = '" + drop.keeper() + "'::regclass");
    }

    @Test
    void six_indexes_go_and_nothing_else_changes() {
        List<String> before = database.indexes();
        assertThat(before).hasSize(103);
        database.flyway().load().migrate();
        List<String> expected = new ArrayList<>(before);
        expected.removeAll(Drops.of(database.flyway()).values().stream()
                .map(GuardedDrop::definition)
                .toList());
        assertThat(expected).hasSize(97);
        assertThat(database.indexes()).isEqualTo(expected);
    }

    @Test
    void an_empty_database_gets_the_audited_schema_first() {
        try (TestDatabase empty = TestDatabase.empty()) {
            empty.flyway().target("1").load().migrate();
            assertThat(empty.schema()).isEqualTo(database.schema());
            empty.flyway().load().migrate();
            assertThat(empty.indexes()).hasSize(97);
        }
    }

    @Test
    void the_audited_database_is_baselined_and_a_second_run_changes_nothing() {
        database.flyway().load().migrate();
        List<String> history = database.history();
        assertThat(history)
                .startsWith("1 | BASELINE | audited schema | t", "2 | SQL | V2__drop_commit_pr_idx.sql | t")
                .hasSize(9);
        assertThat(database.flyway().load().migrate().migrationsExecuted).isZero();
        assertThat(database.history()).isEqualTo(history);
    }

    @Test
    void every_drop_has_its_undo_script_and_every_undo_script_its_migration() {
        assertThat(versions("db/undo", "U"))
                .isEqualTo(versions("db/migration", "V").stream()
                        .filter(version -> !version.startsWith("1__"))
                        .toList());
    }

    private static List<String> versions(String folder, String prefix) {
        return Stream.of(Path.of(folder).toFile().list())
                .filter(name -> name.startsWith(prefix) && name.endsWith(".sql"))
                .map(name -> name.substring(1))
                .sorted()
                .toList();
    }

    @Test
    void the_check_after_migrate_and_the_check_before_baseline_know_the_same_six() {
        Map<MigrationVersion, GuardedDrop> drops = Drops.of(database.flyway());
        String check = read("db/callback/afterMigrate__check.sql");
        String baseline = read("db/callback/beforeBaseline.sql");
        assertThat(drops).hasSize(6);
        drops.forEach((version, drop) -> {
            assertThat(check)
                    .contains("('" + version + "', '" + drop.index() + "', '" + drop.keeper() + "',\n            '"
                            + drop.definition() + "')");
            assertThat(baseline).contains("('" + drop.keeper().replace("public.", "") + "', 'index')");
        });
        assertThat(check.split("'CREATE INDEX", -1)).hasSize(7);
        assertThat(baseline.split("'index'\\)", -1)).hasSize(7);
    }

    private static String read(String file) {
        return dbopt.database.MigrationProject.find(Path.of(""), null).read(file);
    }
}
