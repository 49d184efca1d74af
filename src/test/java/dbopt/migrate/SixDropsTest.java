package dbopt.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.TestDatabase;
import dbopt.guard.GuardedDrop;
import dbopt.project.Drops;
import dbopt.project.MigrationProject;
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

/** The six drops, and any later one, as found in the migration files, on the audited database. */
class SixDropsTest {
    private static final MigrationProject PROJECT = MigrationProject.find(Path.of(""), null);

    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    static Stream<Arguments> drops() {
        return Drops.of(PROJECT.flyway()).entrySet().stream().map(drop -> Arguments.of(drop.getKey(), drop.getValue()));
    }

    @ParameterizedTest(name = "V{0} drops {1}")
    @MethodSource("drops")
    void each_index_exists_before_its_own_migration_and_not_after_it(MigrationVersion version, GuardedDrop drop) {
        int before = Integer.parseInt(version.getVersion()) - 1;
        database.flyway(PROJECT).target(String.valueOf(before)).load().migrate();
        List<String> indexesBefore = database.indexes();
        List<String> keeperBefore = keeper(drop);
        assertThat(indexesBefore).contains(drop.definition());
        assertThat(keeperBefore)
                .hasSize(drop.basis().keeper().isPresent() ? 1 : 0)
                .allMatch(row -> row.endsWith("| t"));

        database.flyway(PROJECT).target(version).load().migrate();

        List<String> allButTheDropped = new ArrayList<>(indexesBefore);
        allButTheDropped.remove(drop.definition());
        assertThat(database.indexes()).isEqualTo(allButTheDropped);
        assertThat(keeper(drop)).isEqualTo(keeperBefore);
    }

    /** The keeper's identity, file, definition and validity. */
    private List<String> keeper(GuardedDrop drop) {
        return database.query(
                "select indexrelid, pg_relation_filenode(indexrelid), pg_get_indexdef(indexrelid), indisvalid from pg_index"
                        + " where indexrelid = to_regclass('"
                        + drop.basis().keeper().orElse("") + "')");
    }

    @Test
    void the_migrations_include_the_six_drops_of_the_audit() {
        assertThat(drops().map(drop -> ((GuardedDrop) drop.get()[1]).index()))
                .contains(
                        "public.commit_pr_idx",
                        "public.pr_survey_pr_idx",
                        "public.metrics_aiusagedaily_member_id_0274ee1d",
                        "public.metrics_commit_author_id_67f38a6f",
                        "public.github_int_org_slug_idx",
                        "public.jira_int_cloud_id_idx");
    }

    @Test
    void the_indexes_are_dropped_and_nothing_else_changes() {
        List<String> before = database.indexes();
        database.flyway(PROJECT).load().migrate();
        List<String> expected = new ArrayList<>(before);
        assertThat(expected.removeAll(definitions())).isTrue();
        assertThat(database.indexes()).isEqualTo(expected);
    }

    private List<String> definitions() {
        return Drops.of(database.flyway(PROJECT)).values().stream()
                .map(GuardedDrop::definition)
                .toList();
    }

    @Test
    void an_empty_database_gets_the_audited_schema_first() {
        try (TestDatabase empty = TestDatabase.empty()) {
            empty.flyway(PROJECT).target("1").load().migrate();
            assertThat(empty.schema()).isEqualTo(database.schema());
            empty.flyway(PROJECT).load().migrate();
            database.flyway(PROJECT).load().migrate();
            assertThat(empty.schema()).isEqualTo(database.schema());
        }
    }

    @Test
    void the_audited_database_is_baselined_and_a_second_run_changes_nothing() {
        database.flyway(PROJECT).load().migrate();
        List<String> history = database.history();
        assertThat(history).startsWith("1 | BASELINE | audited schema | t", "2 | SQL | V2__drop_commit_pr_idx.sql | t");
        assertThat(database.flyway(PROJECT).load().migrate().migrationsExecuted).isZero();
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
    void the_checks_after_migrate_and_before_baseline_list_the_same_indexes() {
        String check = read("db/callback/afterMigrate__check.sql").replaceAll("\\s+", " ");
        String baseline = read("db/callback/beforeBaseline.sql");
        Map<MigrationVersion, GuardedDrop> checked = Drops.of(database.flyway(PROJECT));
        checked.entrySet().removeIf(drop -> !check.contains(rowOf(drop.getKey(), drop.getValue())));
        assertThat(checked.keySet().stream().map(MigrationVersion::getVersion)).contains("2", "3", "4", "5", "6", "7");
        assertThat(check.split("'CREATE INDEX", -1)).hasSize(checked.size() + 1);
        List<String> keepers = checked.values().stream()
                .flatMap(drop -> drop.basis().keeper().stream())
                .distinct()
                .toList();
        assertThat(keepers).allSatisfy(keeper -> assertThat(baseline)
                .contains("('" + keeper.replace("public.", "") + "', 'index')"));
        assertThat(baseline.split("'index'\\)", -1)).hasSize(keepers.size() + 1);
    }

    private static String rowOf(MigrationVersion version, GuardedDrop drop) {
        String keeper = drop.basis().keeper().map(name -> "'" + name + "'").orElse("null");
        return "('" + version + "', '" + drop.index() + "', " + keeper + ", '" + drop.definition() + "')";
    }

    private static String read(String file) {
        return PROJECT.read(file);
    }
}
