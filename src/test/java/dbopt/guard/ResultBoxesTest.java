package dbopt.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.FlywayCommandLine;
import dbopt.FlywayRun;
import dbopt.MavenFlyway;
import dbopt.ProjectCopy;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Flyway prints the result of each query in a box: the guard's checks return no result. */
@Timeout(180)
@Tag("entrypoints")
class ResultBoxesTest {
    @TempDir
    private Path folder;

    /** In any project, without a setting that suppresses the boxes. */
    @Tag("long")
    @Test
    void no_result_boxes_are_printed_for_scaffolded_scripts() throws IOException {
        Path migrations = Files.createDirectories(folder.resolve("db/migration"));
        Files.writeString(
                migrations.resolve("V1__orders.sql"),
                "create table orders (id int, customer int);"
                        + " create index one on orders (id); create index two on orders (id);");
        Files.writeString(
                folder.resolve("db/flyway.conf"),
                "flyway.locations=filesystem:db/migration\nflyway.postgresql.transactional.lock=false\n");
        try (TestDatabase database = TestDatabase.empty()) {
            FlywayRun before = FlywayCommandLine.stock().run(folder, database, "migrate");
            assertThat(before.exitCode()).as(before.output()).isZero();
            CommandRun scaffold = CommandRun.in(
                    folder, database, "audit", "--scaffold", migrations.toString(), "--with-guard", "--index", "two");
            assertThat(scaffold.exitCode()).as(scaffold.error()).isZero();
            requireQuiet(FlywayCommandLine.stock().run(folder, database, "migrate"));
            assertThat(database.indexes()).containsExactly("CREATE INDEX one ON public.orders USING btree (id)");

            // and 13.x
            Files.writeString(folder.resolve("pom.xml"), pomWithoutOurPlugin());
            database.run("create index two on orders (id)");
            Path again = migrations.resolve("V3__again.sql");
            Files.copy(migrations.resolve("V2__drop_two.sql"), again);
            Files.copy(migrations.resolve("V2__drop_two.sql.conf"), Path.of(again + ".conf"));
            requireQuiet(MavenFlyway.run(folder, database, "flyway:migrate"));
            assertThat(database.indexes()).containsExactly("CREATE INDEX one ON public.orders USING btree (id)");
        }
    }

    /** This project's migrations are applied and cannot change, so its configuration suppresses their boxes. */
    @Test
    void no_result_boxes_are_printed_for_the_scripts_of_this_project() {
        ProjectCopy.of(Path.of(""), folder);
        try (TestDatabase database = TestDatabase.audited()) {
            requireQuiet(FlywayCommandLine.stock().run(folder, database, "migrate"));
        }
    }

    private static String pomWithoutOurPlugin() throws IOException {
        return Files.readString(Path.of("src/test/foreign/pom.xml"))
                .replaceFirst("(?s)<dependency>\\s*<groupId>dbopt</groupId>.*?</dependency>", "")
                .replace("FLYWAY_VERSION", System.getProperty("flyway.version"))
                .replace("DRIVER_VERSION", System.getProperty("postgresql.driver.version"));
    }

    private static void requireQuiet(FlywayRun run) {
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains("Successfully applied").doesNotContain("assert_", "+--", "No rows returned");
    }
}
