package dbopt.undo;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.AuditedProject;
import dbopt.FlywayCommandLine;
import dbopt.FlywayRun;
import dbopt.Guide;
import dbopt.GuideRun;
import dbopt.StockFlyway;
import dbopt.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plugin's jar in other Flyways, each a process or a class loader of its own, on a database of this project. */
@Timeout(180)
@Tag("entrypoints")
class PluginEntryPointsTest {
    private static final Path GUIDE = Path.of("dev/guides/PLUGIN.md");
    private static final Path FLYWAYS = Path.of("target/flyways");

    private final TestDatabase database = TestDatabase.audited();
    private final List<String> audited = database.schema();

    @TempDir
    private Path folder;

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void the_official_command_line_undoes_with_the_jar_in_its_lib_folder() throws Exception {
        assertThat(flyway("migrate", "-target=3")).endsWith("exit 0");
        assertThat(flyway("info"))
                .anyMatch(line -> line.matches("\\| Versioned +\\| 3 +\\|.*\\| Success +\\| Yes +\\|"));

        Guide.Block shown = Guide.blocks(GUIDE).get(0);
        List<String> words = Guide.words(shown.commands().get(0));
        assertThat(words.subList(0, 3)).containsExactly("flyway", "-configFiles=db/flyway.conf", "-skipCheckForUpdate");
        GuideRun.assertShown(
                shown.output(),
                String.join("\n", flyway(words.subList(3, words.size()).toArray(String[]::new))));
        assertThat(database.schema()).isEqualTo(audited);

        assertThat(flyway("undo", "-target=1"))
                .contains(
                        "ERROR: Cannot undo V1: it is the baseline, which records what the database held before Flyway was introduced, so it cannot be undone. Nothing was changed.",
                        "exit 1");
        assertThat(flyway("undo")).contains("Nothing to undo: no migration above baseline 1 is applied.", "exit 0");
    }

    /** {@code ForeignFlywayTest} runs Flyway's Maven plugin with it. */
    @Test
    void the_guide_names_the_dependency_that_is_tested() throws IOException {
        String dependency = Files.readString(GUIDE).replaceFirst("(?s)^.*```xml\n(.*?)```.*$", "$1");
        assertThat(Files.readString(Path.of("src/test/foreign/pom.xml")).replaceAll("(?m)^ +", ""))
                .contains(dependency.replaceAll("(?m)^ +", ""));
    }

    @Tag("long")
    @Test
    void the_official_command_line_refuses_a_dry_run_that_it_cannot_pass_on() throws Exception {
        flyway("migrate", "-target=2");
        List<String> migrated = database.schema();
        List<String> history = database.history();

        assertThat(flyway("undo", "-dryRunOutput=" + folder.resolve("plan.sql")))
                .contains("exit 35")
                .anyMatch(line -> line.startsWith("ERROR: Upgrade required: dryRunOutput is not supported by OSS."));
        assertThat(flyway("undo", "-dryRun")).contains("ERROR: Invalid flag: -dryRun", "exit 1");

        assertThat(database.schema()).isEqualTo(migrated);
        assertThat(database.history()).isEqualTo(history);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"older", "newer"})
    void an_older_and_the_newest_core_run_with_the_same_jar(String version) throws Exception {
        List<Path> jars = new ArrayList<>(jars(FLYWAYS.resolve(version)));
        jars.addAll(jars(FLYWAYS.resolve("jackson")));
        jars.add(PluginJar.in(folder));
        jars.add(driver());
        Map<String, String> settings = Map.of(
                "flyway.locations",
                "filesystem:%1$s/migration,filesystem:%1$s/undo,filesystem:%1$s/callback"
                        .formatted(AuditedProject.folder().resolve("db")),
                "flyway.baselineOnMigrate",
                "true",
                "flyway.postgresql.transactional.lock",
                "false",
                "flyway.placeholders.concurrentlocktimeout",
                "1min",
                "flyway.placeholders.analyzetimeout",
                "1min",
                "flyway.placeholders.emptydatabase",
                "refuse");
        try (StockFlyway flyway = StockFlyway.of(jars)) {
            for (int cycle = 0; cycle < 2; cycle++) {
                flyway.run("migrate", database, settings);
                flyway.run("undo", database, settings);
                flyway.run("undo", database, settings);
                flyway.run("info", database, settings);
                assertThat(database.history())
                        .endsWith(
                                "8 | DELETE | U8__tune_autovacuum.sql | t",
                                "7 | DELETE | U7__drop_jira_int_cloud_id_idx.sql | t");
            }
        }
    }

    /** The official command line with the plugin's jar beside its own. */
    private List<String> flyway(String... arguments) {
        return lines(
                FlywayCommandLine.with(PluginJar.in(folder)).run(Path.of("").toAbsolutePath(), database, arguments));
    }

    /** The lines that the command printed, and its exit code as the last one. */
    private static List<String> lines(FlywayRun run) {
        return Stream.concat(run.output().lines(), Stream.of("exit " + run.exitCode()))
                .toList();
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> jars = Files.list(folder)) {
            return jars.toList();
        }
    }

    private static Path driver() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().matches("postgresql-[\\d.]+\\.jar"))
                .findFirst()
                .orElseThrow();
    }
}
