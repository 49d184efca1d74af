package dbopt.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index with a backslash in its name, which scripts write as {@code E'...'}, from the audit to the undo. */
class BackslashTest {
    private static final String INDEX = "public.\"go\\ne\"";

    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    @TempDir
    private Path folder;

    @Test
    void the_drop_of_an_index_with_a_backslash_is_retried_reported_and_undone() throws IOException {
        Path migrations = Files.createDirectories(folder.resolve("db/migration"));
        Files.writeString(
                folder.resolve("db/flyway.conf"),
                """
                flyway.locations=filesystem:db/migration
                flyway.defaultSchema=public
                """);
        Files.writeString(
                migrations.resolve("V1__t.sql"),
                """
                create table t (a int, b int);
                create index kept on t (a, b);
                create index "go\\ne" on t (a);
                """);
        dbopt("migrate").assertSucceeded();
        List<String> before = database.schema();
        dbopt("audit", "--scaffold", migrations.toString(), "--with-guard", "--index", INDEX)
                .assertSucceeded();

        database.run("alter index kept rename to renamed");
        CommandRun refused = dbopt("migrate");
        assertThat(refused.exitCode()).as(refused.output() + refused.error()).isEqualTo(4);
        assertThat(refused.error()).contains(INDEX + " is not proven redundant, so it was not dropped");
        database.run("alter index renamed rename to kept");

        CommandRun migrated = dbopt("migrate");
        migrated.assertSucceeded();
        assertThat(migrated.output()).containsPattern("(?m)^public\\.\"go\\\\ne\" .* dropped$");
        assertThat(dbopt("undo").output()).startsWith("Undone: V2 (");
        assertThat(database.schema()).isEqualTo(before);
    }

    private CommandRun dbopt(String... command) {
        return CommandRun.in(folder, database, command);
    }
}
