package dbopt.undo;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.FlywayCommandLine;
import dbopt.FlywayRun;
import dbopt.MavenFlyway;
import dbopt.StockFlyway;
import dbopt.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The plugin in a user's project, which keeps its scripts where Spring Boot expects them: on every Flyway that the
 * README names, its own migrations run, and its own undo scripts, and nothing of this project.
 */
@Timeout(180)
@Tag("entrypoints")
class ForeignFlywayTest {
    private static final String LOCATIONS = "classpath:db/migration";
    private static final List<String> UNDONE =
            List.of("1 | SQL | V1__orders.sql | t", "2 | SQL | V2__index.sql | t", "2 | DELETE | U2__index.sql | t");

    private final TestDatabase database = TestDatabase.empty();

    @TempDir
    private Path folder;

    @BeforeEach
    void project() throws IOException {
        Files.createDirectories(folder.resolve("db"));
        Files.writeString(
                folder.resolve("db/flyway.conf"),
                "flyway.locations=" + LOCATIONS + "\nflyway.postgresql.transactional.lock=false\n");
        new Scripts(classes().resolve("db/migration"))
                .with("V1__orders.sql", "create table orders (id bigint, customer bigint);")
                .with("V2__index.sql", "create index concurrently orders_customer on orders (customer);")
                .with("U2__index.sql", "drop index concurrently if exists orders_customer;");
    }

    private Path classes() {
        return folder.resolve("target/classes");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"older", "newer"})
    void undo_works_through_the_Java_interface(String version) throws IOException {
        List<Path> jars = new ArrayList<>(jars(Path.of("target/flyways", version)));
        jars.addAll(jars(Path.of("target/flyways/jackson")));
        jars.add(jarOfTests("postgresql-[\\d.]+\\.jar"));
        jars.add(PluginJar.in(folder));
        jars.add(classes());
        Map<String, String> settings =
                Map.of("flyway.locations", LOCATIONS, "flyway.postgresql.transactional.lock", "false");
        try (StockFlyway flyway = StockFlyway.of(jars)) {
            flyway.run("migrate", database, settings);
            flyway.run("undo", database, settings);
        }
        assertThat(database.history()).isEqualTo(UNDONE);
        assertThat(database.indexes()).isEmpty();
    }

    @Test
    void undo_works_through_the_official_command_line() {
        FlywayRun run = FlywayCommandLine.with(PluginJar.in(folder), classes())
                .run(folder, database, Map.of("JDK_JAVA_OPTIONS", "-Duser.language=ar"), "migrate", "undo");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).containsPattern("Undone: V2 \\([0-9]+\\.[0-9] s\\)");
        assertThat(database.history()).isEqualTo(UNDONE);
        assertThat(database.indexes()).isEmpty();
    }

    /** The plugin resolved by Maven as a dependency, with everything that its pom brings. */
    @ParameterizedTest
    @ValueSource(strings = "11.14.1")
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the repository is made of links")
    void undo_works_through_the_Maven_plugin(String version) throws IOException {
        undoesByTheMavenPlugin(version);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"12.11.0", "13.8.1", "13.12.0"})
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the repository is made of links")
    void undo_works_through_the_Maven_plugin_of_a_newer_Flyway(String version) throws IOException {
        undoesByTheMavenPlugin(version);
    }

    private void undoesByTheMavenPlugin(String version) throws IOException {
        FlywayRun run = maven(version, "-X", "flyway:migrate", "flyway:undo");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(database.history()).isEqualTo(UNDONE);
        assertThat(database.indexes()).isEmpty();
        assertThat(run.output())
                .contains("Included: dbopt:dbopt:jar:plugin:1.0.0")
                .doesNotContain("info.picocli", "me.tongfei", "jmustache", "jline");
    }

    /** The project's V2 differs from the applied one, so its U2 must not undo the applied one. */
    private void anotherProject() throws IOException {
        Path scripts = classes().resolve("db/migration");
        Files.delete(scripts.resolve("V2__index.sql"));
        Files.delete(scripts.resolve("U2__index.sql"));
        new Scripts(scripts)
                .with("V2__add_note.sql", "alter table orders add note text;")
                .with("U2__add_note.sql", "select 1;");
    }

    private void assertRefused(FlywayRun undo) {
        assertThat(undo.exitCode()).isNotZero();
        assertThat(undo.output()).contains("V2__index.sql", "V2__add_note.sql", "Nothing was changed");
        assertThat(database.history()).isEqualTo(UNDONE.subList(0, 2));
        assertThat(database.indexes()).hasSize(1);
    }

    @Test
    void the_official_command_line_undoes_nothing_that_another_project_applied() throws IOException {
        FlywayCommandLine flyway = FlywayCommandLine.with(PluginJar.in(folder), classes());
        assertThat(flyway.run(folder, database, Map.of(), "migrate").exitCode()).isZero();
        anotherProject();
        assertRefused(flyway.run(folder, database, Map.of(), "undo"));
    }

    @Tag("long")
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the repository is made of links")
    void the_Maven_plugin_undoes_nothing_that_another_project_applied() throws IOException {
        FlywayCommandLine flyway = FlywayCommandLine.with(PluginJar.in(folder), classes());
        assertThat(flyway.run(folder, database, Map.of(), "migrate").exitCode()).isZero();
        anotherProject();
        assertRefused(maven("13.8.1", "flyway:undo"));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the repository is made of links")
    void an_older_Flyway_migrates_and_names_the_version_that_can_undo() throws IOException {
        FlywayRun run = maven("11.7.2", "flyway:migrate", "flyway:undo");
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.output())
                .contains(
                        """
                        Undo needs Flyway 11.14 or later, and this is Flyway 11.7.2. Nothing was changed.
                        The other commands run beside the plugin. Run undo with a newer Flyway: the same project and schema history will do.""");
        assertThat(database.history()).isEqualTo(UNDONE.subList(0, 2));
    }

    /** Every class that the plugin needs is in its jar, in Flyway with its driver, or in Java. */
    @Test
    void needs_nothing_but_Flyway_and_its_driver() {
        StringWriter missing = new StringWriter();
        ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(
                        new PrintWriter(missing),
                        new PrintWriter(missing),
                        "--multi-release",
                        "17",
                        "--missing-deps",
                        "--class-path",
                        jarOfTests("flyway-core-.*\\.jar")
                                + File.pathSeparator
                                + jarOfTests("flyway-database-postgresql-.*\\.jar")
                                + File.pathSeparator
                                + jarOfTests("postgresql-42.*\\.jar"),
                        PluginJar.in(folder).toString());
        assertThat(missing.toString()).isEmpty();
    }

    @Test
    void the_jar_contains_no_SQL_and_no_configuration() throws IOException {
        try (JarFile jar = new JarFile(PluginJar.in(folder).toFile())) {
            assertThat(jar.stream().map(JarEntry::getName))
                    .contains("META-INF/services/org.flywaydb.core.extensibility.Plugin")
                    .noneMatch(name -> name.matches(".*\\.(sql|conf)|db/.*"));
        }
    }

    /** In a project whose local repository has what is in the usual one, and this project as {@code mvn install} leaves it. */
    private FlywayRun maven(String version, String... goals) throws IOException {
        Path repository = Files.createDirectories(folder.resolve("repository"));
        try (Stream<Path> groups = Files.list(Path.of(System.getProperty("maven.repo.local")))) {
            for (Path group : groups.filter(Files::isDirectory)
                    .filter(group -> !group.endsWith("dbopt"))
                    .toList()) {
                Files.createSymbolicLink(repository.resolve(group.getFileName()), group);
            }
        }
        PluginJar.install(repository);
        Files.writeString(
                folder.resolve("pom.xml"),
                Files.readString(Path.of("src/test/foreign/pom.xml"))
                        .replace("FLYWAY_VERSION", version)
                        .replace("DRIVER_VERSION", System.getProperty("postgresql.driver.version"))
                        .replace("TOML_VERSION", System.getProperty("jackson.toml.version")));
        List<String> arguments = new ArrayList<>(List.of("-Dmaven.repo.local=" + repository));
        arguments.addAll(List.of(goals));
        return MavenFlyway.run(folder, database, arguments.toArray(String[]::new));
    }

    private static Path jarOfTests(String name) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().matches(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> jars = Files.list(folder)) {
            return jars.toList();
        }
    }
}
