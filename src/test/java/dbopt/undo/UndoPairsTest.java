package dbopt.undo;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The project's own migrations and their way back, on the audited tables. */
@Timeout(120)
class UndoPairsTest {
    private final TestDatabase database = TestDatabase.audited();
    private final List<String> audited = database.schema();

    @AfterEach
    void drop() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
    void each_undo_brings_back_exactly_what_its_migration_took(int version) {
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
    void all_of_them_go_back_and_come_again() {
        migrate(8);
        List<String> migrated = database.schema();
        for (int cycle = 0; cycle < 2; cycle++) {
            assertThat(undo("2")).containsExactly("8", "7", "6", "5", "4", "3", "2");
            assertThat(database.schema()).isEqualTo(audited);
            migrate(8);
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
        database.flyway().target(Integer.toString(version)).load().migrate();
    }

    private List<String> undo(String target) {
        return Undo.of(database.flyway().target(target)).run(new UndoListener() {}).undone().stream()
                .map(Undone::version)
                .toList();
    }
}
