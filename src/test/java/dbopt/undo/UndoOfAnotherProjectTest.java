package dbopt.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An undo script runs only for the migration that it belongs to, never for another one of that version. */
@Tag("anyversion")
@Timeout(60)
class UndoOfAnotherProjectTest {
    private final TestDatabase database = TestDatabase.empty();
    private Scripts deployed;
    private Scripts here;

    @BeforeEach
    void projects(@TempDir Path folder) {
        deployed = new Scripts(folder.resolve("deployed")).tables(5);
        here = new Scripts(folder.resolve("here")).tables(5);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void the_same_version_of_another_project_is_refused_and_nothing_runs() {
        migrate(deployed.with("V6__drop_orders_index.sql", "drop table t5;")
                .with("U6__drop_orders_index.sql", "create table t5 (id int);"));
        here.with("V6__add_note.sql", "create table note ();")
                .with("U6__add_note.sql", "select 1;")
                .with("beforeUndo.sql", "create table callback_ran ();");
        List<String> before = database.history();

        for (String target : List.of("latest", "5")) {
            assertThatThrownBy(() -> undo(here.on(database).target(target)))
                    .isInstanceOf(UndoRefusedException.class)
                    .hasMessage(
                            """
                            Cannot undo %s. Nothing was changed.
                              V6 was applied as V6__drop_orders_index.sql, but is V6__add_note.sql here
                            The schema history is another project's, or another version's of this one: check the address of the database, and undo in the folder of the project that was deployed, at its version.\
                            """
                                    .formatted(
                                            target.equals("5")
                                                    ? "V6 to V5: the scripts here are not those of the migrations that were applied"
                                                    : "V6: the scripts here are not those of the migration that was applied"));
        }
        assertThatThrownBy(() -> Undo.of(here.on(database)).plan()).isInstanceOf(UndoRefusedException.class);
        assertThatThrownBy(() -> undo(here.on(database).validateOnMigrate(false)))
                .isInstanceOf(UndoRefusedException.class);
        assertThat(database.history()).isEqualTo(before);
        assertThat(tables()).containsExactly("t1", "t2", "t3", "t4");

        assertThat(undo(deployed.on(database)).message()).startsWith("Undone: V6");
        assertThat(tables()).containsExactly("t1", "t2", "t3", "t4", "t5");
    }

    @Test
    void all_differences_are_listed_at_once() throws IOException {
        migrate(deployed.with("V6__six.sql", "create table t6 ();").with("V7__seven.sql", "create table t7 ();"));
        here.with("V2__create_t2.sql", "create table t2 (id bigint);");
        here.with("V3__create_third.sql", "create table t3 (id int);");
        here.with("U7__something_else.sql", "drop table t7;").with("V7__seven.sql", "create table t7 ();");
        here.with("V6__another.sql", "create table t0 ();");
        remove("V3__create_t3.sql", "V4__create_t4.sql", "U1__create_t1.sql");

        assertThatThrownBy(() -> undo(here.on(database).target("1")))
                .hasMessage(
                        """
                        Cannot undo V7 to V1: the scripts here are not those of the migrations that were applied. Nothing was changed.
                          U7__something_else.sql undoes another migration than V7__seven, by its name (expected U7__seven.sql)
                          V6 was applied as V6__six.sql, but is V6__another.sql here
                          V4__create_t4.sql was applied, but is not here
                          V3 was applied as V3__create_t3.sql, but is V3__create_third.sql here, with the same text
                          %s was edited after it was applied: checksum %s in the schema history, %s here
                          V6__six has no undo script (expected %s)
                          V1__create_t1 has no undo script (expected %s)
                        The schema history is another project's, or another version's of this one: check the address of the database, and undo in the folder of the project that was deployed, at its version.
                        For migrations that were removed on purpose: FLYWAY_IGNORE_MIGRATION_PATTERNS='*:missing,*:future'
                        An undo script has the version and the description of its migration: rename it if it is the right one.\
                        """
                                .formatted(
                                        here.folder().resolve("V2__create_t2.sql"),
                                        checksum(deployed, "2"),
                                        checksum(here, "2"),
                                        here.folder().resolve("U6__six.sql"),
                                        here.folder().resolve("U1__create_t1.sql")));
        assertThat(tables()).containsExactly("t1", "t2", "t3", "t4", "t5", "t6", "t7");
    }

    @Test
    void an_edited_migration_is_refused_unless_the_configuration_allows_it() {
        migrate(deployed);
        here.with("V5__create_t5.sql", "create table t5 (id int); -- edited");
        assertThatThrownBy(() -> undo(here.on(database)))
                .hasMessageContaining("V5__create_t5.sql was edited after it was applied: checksum ")
                .hasMessageEndingWith(
                        "\nTake the files from version control as they were applied, and undo again. For a difference that is intended and harmless: FLYWAY_VALIDATE_ON_MIGRATE=false")
                .hasMessageNotContaining("repair");
        assertThat(undo(here.on(database).validateOnMigrate(false)).message())
                .contains("\nV5: not as it was applied, which validateOnMigrate=false allows.\n");
        assertThat(tables()).containsExactly("t1", "t2", "t3", "t4");
    }

    @Test
    void an_edit_that_repair_recorded_is_accepted() {
        migrate(deployed);
        here.with("V5__create_t5.sql", "create table t5 (id int); -- edited");
        here.on(database).load().repair();
        assertThat(undo(here.on(database)).message().lines()).hasSize(2);
    }

    @Test
    void other_line_endings_and_placeholders_make_no_difference() {
        migrate(deployed.with("V6__six.sql", "create table t6 (id int);", "select '${a}';")
                .with("U6__six.sql", "drop table t6;"));
        here.with("V6__six.sql", "create table t6 (id int);\r", "select '${a}';\r")
                .with("U6__six.sql", "drop table t6;");
        assertThat(undo(here.on(database).target("5").placeholders(Map.of("a", "2")))
                        .message()
                        .lines())
                .hasSize(2);
    }

    @Test
    void a_migration_in_another_folder_is_undone_and_that_is_reported() throws IOException {
        migrate(deployed);
        Files.createDirectories(here.folder().resolve("old"));
        Files.move(here.folder().resolve("V5__create_t5.sql"), here.folder().resolve("old/V5__create_t5.sql"));
        assertThat(undo(here.on(database)).message())
                .contains("\nV5: in another folder than when applied, with the same text.\n");
        assertThat(tables()).containsExactly("t1", "t2", "t3", "t4");
    }

    @Test
    void a_deleted_migration_is_undone_if_migrate_ignores_missing_migrations() throws IOException {
        migrate(deployed);
        remove("V4__create_t4.sql", "V5__create_t5.sql");
        assertThatThrownBy(() -> undo(here.on(database).target("4")))
                .hasMessageContaining("  V4__create_t4.sql was applied, but is not here\n")
                .hasMessageNotContaining("V5__create_t5.sql was applied");
        assertThat(undo(here.on(database).target("4").ignoreMigrationPatterns("*:missing", "*:future"))
                        .message())
                .contains(
                        "\nV4 and V5: not among the migrations here, which ignoreMigrationPatterns allows; undone by the script of that name.\n");
        assertThat(tables()).containsExactly("t1", "t2", "t3");
    }

    @Test
    void a_deleted_migration_is_not_undone_by_a_script_with_another_name() throws IOException {
        migrate(deployed);
        remove("V5__create_t5.sql", "U5__create_t5.sql");
        here.with("U5__other.sql", "select 1;");
        assertThatThrownBy(() -> undo(here.on(database)))
                .hasMessageContaining(
                        "  U5__other.sql undoes another migration than V5__create_t5, by its name (expected U5__create_t5.sql)\n");
    }

    @Test
    void a_Java_migration_without_a_checksum_is_undone_by_its_script() {
        migrate(deployed);
        here.with("U6__Six.sql", "drop table t6;");
        FluentConfiguration flyway = here.on(database).javaMigrations(new V6__Six());
        flyway.load().migrate();
        assertThat(undo(flyway).message()).startsWith("Undone: V6");
        assertThat(tables()).doesNotContain("t6");
    }

    /** A migration in Java. */
    public static final class V6__Six extends BaseJavaMigration {
        @Override
        public void migrate(org.flywaydb.core.api.migration.Context context) throws Exception {
            try (var statement = context.getConnection().createStatement()) {
                statement.execute("create table t6 ()");
            }
        }
    }

    @Test
    void a_failed_migration_that_has_since_been_corrected_is_undone() {
        migrate(deployed);
        here.with("V6__six.sql", "create index concurrently i on t1 (id);", "select 1 / 0;")
                .with("V6__six.sql.conf", "executeInTransaction=false")
                .with("U6__six.sql", "drop index concurrently if exists i;");
        assertThatThrownBy(() -> migrate(here)).hasMessageContaining("division by zero");
        here.with("V6__six.sql", "create index concurrently i on t1 (id);");
        assertThat(undo(here.on(database)).message()).contains("\nV6: edited after it failed.\n");
        assertThat(database.query("select to_regclass('i')")).containsExactly("null");
    }

    @Test
    void a_failed_migration_of_another_deployment_does_not_block_undo() {
        migrate(deployed);
        deployed.with("V9__index.sql", "create index concurrently i on t1 (id);", "select 1 / 0;")
                .with("V9__index.sql.conf", "executeInTransaction=false");
        assertThatThrownBy(() -> migrate(deployed)).hasMessageContaining("division by zero");

        assertThatThrownBy(() -> undo(here.on(database)))
                .hasMessage(
                        """
                        Cannot undo V9 (V9__index.sql): it failed, and neither the migration nor an undo script is here. Nothing was changed.
                        To undo what was applied before it: flyway undo -target=5\
                        """);
        assertThat(undo(here.on(database).target("4")).message())
                .contains(
                        "\nV9 failed and is not among the migrations here: left as it is, with the failed row in the schema history.\n");
        assertThat(tables()).containsExactly("t1", "t2", "t3");
        assertThat(database.history()).contains("9 | SQL | V9__index.sql | f");
        assertThat(undo(here.on(database).target("4")).message())
                .startsWith("V9 failed and is not among the migrations here")
                .endsWith("Nothing to undo: no migration of version 4 or newer is applied.");
    }

    private void remove(String... files) throws IOException {
        for (String file : files) {
            Files.delete(here.folder().resolve(file));
        }
    }

    private String checksum(Scripts project, String version) {
        return Arrays.stream(project.on(database).load().info().all())
                .filter(migration -> version.equals(String.valueOf(migration.getVersion())))
                .map(migration -> String.valueOf(
                        project.equals(deployed) ? migration.getAppliedChecksum() : migration.getResolvedChecksum()))
                .findFirst()
                .orElseThrow();
    }

    private void migrate(Scripts project) {
        project.on(database).placeholders(Map.of("a", "1")).load().migrate();
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
