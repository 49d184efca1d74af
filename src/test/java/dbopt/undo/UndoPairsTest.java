package dbopt.undo;

import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.reverseOrder;
import static org.assertj.core.api.Assertions.assertThat;

import dbopt.TestDatabase;
import dbopt.project.MigrationProject;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The migrations of this project and their undo scripts, on the audited tables. */
@Timeout(120)
class UndoPairsTest {
    private static final MigrationProject PROJECT = MigrationProject.find(Path.of(""), null);

    private final TestDatabase database = TestDatabase.audited();
    private final List<String> audited = database.schema();

    @AfterEach
    void drop() {
        database.close();
    }

    /** The versions of all undo scripts, in order. */
    static Stream<Integer> versions() {
        return Stream.of(Path.of("db/undo").toFile().list())
                .filter(name -> name.matches("U\\d+__.*\\.sql"))
                .map(name -> Integer.valueOf(name.substring(1, name.indexOf("__"))))
                .sorted();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void each_undo_restores_exactly_what_its_migration_dropped(int version) {
        migrate(version - 1);
        List<String> before = database.schema();
        migrate(version);
        List<String> migrated = database.schema();
        assertThat(migrated).isNotEqualTo(before);

        assertThat(undo("latest")).containsExactly(Integer.toString(version));
        assertThat(database.schema()).isEqualTo(before);
        migrate(version);
        assertThat(database.schema()).isEqualTo(migrated);
    }

    @Test
    void all_migrations_can_be_undone_and_applied_again() {
        int newest = versions().max(naturalOrder()).orElseThrow();
        List<String> newestFirst =
                versions().sorted(reverseOrder()).map(String::valueOf).toList();
        migrate(newest);
        List<String> migrated = database.schema();
        for (int cycle = 0; cycle < 2; cycle++) {
            assertThat(undo("2")).isEqualTo(newestFirst);
            assertThat(database.schema()).isEqualTo(audited);
            migrate(newest);
            assertThat(database.schema()).isEqualTo(migrated);
        }
        undo("2");
        assertThat(database.schema()).isEqualTo(audited);
        assertThat(database.query("select count(*) from pg_index where not indisvalid"))
                .containsExactly("0");
        assertThat(database.history())
                .startsWith("1 | BASELINE | audited schema | t", "2 | SQL | V2__drop_commit_pr_idx.sql | t")
                .endsWith(
                        "3 | DELETE | U3__drop_pr_survey_pr_idx.sql | t",
                        "2 | DELETE | U2__drop_commit_pr_idx.sql | t");
    }

    private void migrate(int version) {
        database.flyway(PROJECT).target(Integer.toString(version)).load().migrate();
    }

    private List<String> undo(String target) {
        return Undo.of(database.flyway(PROJECT).target(target)).run(new UndoListener() {}).undone().stream()
                .map(Undone::version)
                .toList();
    }
}
