package dbopt.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.AuditedProject;
import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No command acts on a schema history that other migrations wrote. */
@Tag("anyversion")
@Timeout(60)
class MigrateOfAnotherProjectTest {
    @AutoClose
    private final TestDatabase database = TestDatabase.empty();

    @TempDir
    private Path folder;

    @Test
    void the_history_of_another_project_is_reported_and_left_alone() throws IOException {
        theirs("V1__orders.sql", "create table orders (id int)")
                .theirs("V2__customers.sql", "create table customers (id int)")
                .theirs("V20260101__index.sql", "create index on orders (id)")
                .migrateTheirs();
        List<String> history = database.history();

        CommandRun migrate = CommandRun.on(database, "migrate");
        assertThat(migrate.exitCode()).isEqualTo(4);
        assertThat(migrate.error())
                .isEqualTo(
                        """
                        This schema history belongs to another project. Nothing was changed.
                          V1 was applied as V1__orders.sql, but is V1__audited_schema.sql here
                          V2 was applied as V2__customers.sql, but is V2__drop_commit_pr_idx.sql here
                          V20260101__index.sql was applied, but is not here
                        The migrations here are those of %s.
                        Check the address of the database. To work on that project, name its folder: --project DIR.
                        """
                                .formatted(AuditedProject.folder()));
        CommandRun info = CommandRun.on(database, "info");
        info.assertSucceeded();
        assertThat(info.output())
                .containsPattern("2 +customers +success +another's +")
                .endsWith(
                        """
                        This schema history belongs to another project: check the address of the database, and the folder (--project DIR).
                          V1 was applied as V1__orders.sql, but is V1__audited_schema.sql here
                          V2 was applied as V2__customers.sql, but is V2__drop_commit_pr_idx.sql here
                        """);
        CommandRun undo = CommandRun.on(database, "undo", "--target", "1");
        assertThat(undo.exitCode()).isEqualTo(4);
        assertThat(undo.error())
                .contains(
                        "Nothing was changed.\n", "V2 was applied as V2__customers.sql, but is V2__drop_commit_pr_idx")
                .doesNotContain("repair");
        assertThat(database.history()).isEqualTo(history);
        assertThat(database.query(
                        "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"))
                .containsExactly("3");
    }

    @Test
    void a_history_that_shares_no_version_belongs_to_another_project() throws IOException {
        theirs("V20260101__orders.sql", "create table orders (id int)").migrateTheirs();
        CommandRun run = CommandRun.on(database, "migrate");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.error()).startsWith("This schema history belongs to another project. Nothing was changed.\n");
    }

    @Test
    void a_baseline_alone_does_not_make_a_history_belong_to_this_project() {
        database.run("create table orders (id int)");
        flywayOfTheirs().baselineVersion("1").load().baseline();
        CommandRun run = CommandRun.on(database, "migrate");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.error())
                .startsWith("Database " + database.name() + " is neither empty nor the audited one")
                .endsWith(
                        "Nothing was written. Check the address; for a database of another application, let dbopt audit find its redundant indexes.\n");
        assertThat(database.history()).containsExactly("1 | BASELINE | << Flyway Baseline >> | t");
    }

    @Test
    void an_edited_migration_of_this_project_is_named_and_repair_is_not_the_first_advice() throws IOException {
        Path project = ours();
        CommandRun.in(project, database, "migrate").assertSucceeded();
        Files.writeString(project.resolve("db/migration/V2__two.sql"), "create table two (id bigint);\n");
        CommandRun run = CommandRun.in(project, database, "migrate");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.error()
                        .replaceAll(
                                "checksum -?[0-9]+ in the schema history, -?[0-9]+",
                                "checksum A in the schema history, B"))
                .isEqualTo(
                        """
                        A migration differs from what was applied. Nothing was changed.
                          %s was edited after it was applied: checksum A in the schema history, B here
                        Restore the files from version control, and make the change in a new migration.
                        If the database is already as the files say now (only a comment was changed, for example), flyway repair records them as they are.
                        """
                                .formatted(project.resolve("db/migration/V2__two.sql")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "flyway.validateOnMigrate=false"})
    void a_history_of_this_project_continues(String setting) throws IOException {
        Path project = ours();
        Files.writeString(project.resolve("db/flyway.conf"), "flyway.locations=filesystem:db/migration\n" + setting);
        CommandRun.in(project, database, "migrate").assertSucceeded();
        // an older checkout, about which migrate only warns
        Files.move(project.resolve("db/migration/V3__three.sql"), folder.resolve("V3__three.sql"));
        if (!setting.isEmpty()) {
            Files.writeString(project.resolve("db/migration/V2__two.sql"), "create table two (id bigint);\n");
        }
        assertThat(CommandRun.in(project, database, "migrate").error()).doesNotContain("Nothing was changed");
        Files.move(folder.resolve("V3__three.sql"), project.resolve("db/migration/V3__three.sql"));
        Files.writeString(project.resolve("db/migration/V4__four.sql"), "create table four (id int);\n");
        CommandRun.in(project, database, "migrate").assertSucceeded();
        assertThat(database.history()).hasSize(4);
    }

    @Test
    void a_squashed_project_continues_if_its_configuration_allows_missing_migrations() throws IOException {
        theirs("V1__one.sql", "create table one (id int)")
                .theirs("V2__two.sql", "create table two (id int)")
                .migrateTheirs();
        Path project = ours();
        Files.delete(project.resolve("db/migration/V1__one.sql"));
        Files.delete(project.resolve("db/migration/V2__two.sql"));
        assertThat(CommandRun.in(project, database, "migrate").error()).contains("belongs to another project");
        Files.writeString(
                project.resolve("db/flyway.conf"),
                "flyway.locations=filesystem:db/migration\nflyway.ignoreMigrationPatterns=*:missing\n");
        CommandRun.in(project, database, "migrate").assertSucceeded();
        assertThat(database.history()).endsWith("3 | SQL | V3__three.sql | t");
    }

    @Test
    void stock_Flyway_and_its_repair_also_stop_at_the_history_of_another_project() throws IOException {
        theirs("V1__orders.sql", "create table orders (id int)").migrateTheirs();
        List<String> history = database.query("select version, script, checksum from flyway_schema_history");
        for (String command : List.of("migrate", "validate", "repair")) {
            assertThat(stock(command))
                    .contains("This schema history belongs to another project")
                    .contains("version 1 was applied as V1__orders.sql");
        }
        assertThat(database.query("select version, script, checksum from flyway_schema_history"))
                .isEqualTo(history);
    }

    @Test
    void the_callbacks_know_every_migration_of_this_project() throws IOException {
        String validate = Files.readString(Path.of("db/callback/beforeValidate__project.sql"));
        String repair = Files.readString(Path.of("db/callback/beforeRepair__project.sql"));
        assertThat(repair.substring(repair.indexOf("do $$"))).isEqualTo(validate.substring(validate.indexOf("do $$")));
        try (Stream<Path> files = Files.list(Path.of("db/migration"))) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.matches("V.*\\.sql"))
                            .map(name -> name.replaceFirst("V(.*?)__(.*)\\.sql", "('$1', '$2')")
                                    .replace('_', ' ')))
                    .isNotEmpty()
                    .allMatch(validate::contains);
        }
    }

    private String stock(String command) {
        Flyway flyway = database.flyway().load();
        try {
            switch (command) {
                case "migrate" -> flyway.migrate();
                case "validate" -> flyway.validate();
                default -> flyway.repair();
            }
            return "it went on";
        } catch (FlywayException e) {
            return e.getMessage();
        }
    }

    /** A small project of its own, with three migrations. */
    private Path ours() throws IOException {
        Path project = folder.resolve("ours");
        Files.createDirectories(project.resolve("db/migration"));
        Files.writeString(project.resolve("db/flyway.conf"), "flyway.locations=filesystem:db/migration\n");
        int version = 1;
        for (String name : List.of("one", "two", "three")) {
            Files.writeString(
                    project.resolve("db/migration/V" + version++ + "__" + name + ".sql"),
                    "create table " + name + " (id int);\n");
        }
        return project;
    }

    private MigrateOfAnotherProjectTest theirs(String script, String sql) throws IOException {
        Path migrations = Files.createDirectories(folder.resolve("theirs"));
        Files.writeString(migrations.resolve(script), sql + ";\n");
        return this;
    }

    private void migrateTheirs() {
        flywayOfTheirs().load().migrate();
    }

    private FluentConfiguration flywayOfTheirs() {
        return Flyway.configure()
                .dataSource(database.url(), TestDatabase.OWNER, TestDatabase.PASSWORD)
                .locations("filesystem:" + folder.resolve("theirs"));
    }
}
