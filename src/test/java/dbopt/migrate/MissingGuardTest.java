package dbopt.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.AuditedProject;
import dbopt.CommandRun;
import dbopt.ProjectCopy;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In a project without the callbacks, the message names the line of configuration that adds them. */
@Timeout(60)
class MissingGuardTest {
    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    @TempDir
    private Path folder;

    @Test
    void migrate_and_undo_say_what_is_missing_and_change_nothing() throws IOException {
        ProjectCopy.of(AuditedProject.folder(), folder);
        Path conf = folder.resolve("db/flyway.conf");
        String whole = Files.readString(conf);
        Files.writeString(conf, whole.replace(",filesystem:db/callback", ""));

        CommandRun migrate = CommandRun.in(folder, database, "migrate");
        assertThat(migrate.exitCode()).isEqualTo(2);
        assertThat(migrate.error())
                .isEqualTo(
                        """
                        The guard is missing: V2, V3, V4, V5, V6, V7 call pg_temp.assert_keeper, pg_temp.assert_redundant, and no callback beforeEachMigrate in flyway.locations creates them. Nothing was changed.
                        Add the folder of the callbacks, in db/flyway.conf: flyway.locations=filesystem:db/migration,filesystem:db/undo,filesystem:db/callback
                        """);
        assertThat(database.query("select to_regclass('flyway_schema_history')"))
                .containsExactly("null");

        Files.writeString(conf, whole);
        CommandRun.in(folder, database, "migrate").assertSucceeded();
        List<String> history = database.history();
        Files.writeString(conf, whole.replace(",filesystem:db/callback", ""));
        CommandRun.in(folder, database, "migrate").assertSucceeded();

        CommandRun undo = CommandRun.in(folder, database, "undo", "--target", "6");
        assertThat(undo.exitCode()).isEqualTo(4);
        assertThat(undo.error())
                .endsWith(
                        """
                        Cannot undo: U7__drop_jira_int_cloud_id_idx.sql, U6__drop_github_int_org_slug_idx.sql: a callback beforeEachUndo creates pg_temp.assert_built, pg_temp.assert_name_free, and flyway.locations has none that does. Nothing was changed.
                        Add the folder of that callback to flyway.locations (filesystem:db/callback, for example), and undo again.
                        """);
        assertThat(database.history()).isEqualTo(history);
    }
}
