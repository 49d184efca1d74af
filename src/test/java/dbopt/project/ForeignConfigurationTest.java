package dbopt.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.api.configuration.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Flyway configuration of a user's project, read without running anything. */
@Tag("entrypoints")
class ForeignConfigurationTest {
    private static final String PLUGIN =
            """
            <project>
              <properties><scripts>sql</scripts><flyway.table>history</flyway.table></properties>
              <build><plugins><plugin>
                <groupId>org.flywaydb</groupId><artifactId>flyway-maven-plugin</artifactId>
                <configuration>
                  <url>${env.NOWHERE}</url>
                  <locations><location>filesystem:${project.basedir}/${scripts}</location><location>classpath:more</location></locations>
                  <placeholders><owner>me</owner></placeholders>
                  <pluginConfiguration><postgresql.transactional.lock>false</postgresql.transactional.lock></pluginConfiguration>
                </configuration>
              </plugin></plugins></build>
            </project>
            """;
    private static final String YAML =
            """
            # of the application
            spring:
              application.name: shop
              datasource:
                url: ${DB_URL:jdbc:postgresql://localhost:5432/shop}
                username: "shop"
                password: ${SECRET}
              flyway:
                locations:
                  - classpath:sql
                  - filesystem:more # and these
                baseline-on-migrate: true
                table: 'history'
                placeholders:
                  owner: me
                postgresql:
                  transactional-lock: false
            ---
            spring:
              config.activate.on-profile: prod
              flyway.table: other
            """;
    private static final String PROPERTIES =
            """
            spring.flyway.locations[0]=classpath:sql
            spring.flyway.locations[1]=filesystem:more
            spring.flyway.baselineOnMigrate=true
            spring.flyway.table=history
            spring.flyway.placeholders.owner=me
            spring.datasource.url=jdbc:h2:mem
            spring.datasource.password=hidden
            """;
    private static final String TOML =
            """
            databaseType = "PostgreSql"
            [environments.default]
            url = "jdbc:postgresql://localhost/shop" # mine
            [flyway]
            locations = [
              "filesystem:sql",
              'filesystem:more'
            ]
            table = "history"
            baselineOnMigrate = true
            placeholders = { owner = "me" }
            [flyway.postgresql.transactional]
            lock = false
            """;
    private static final String CONF =
            "flyway.locations=filesystem:sql,filesystem:more\nflyway.table=history\nflyway.placeholders.owner=me\nflyway.driver=none.such\n";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            flyway.toml                               | TOML       | sql, more
            flyway.conf                               | CONF       | sql, more
            conf/flyway.conf                          | CONF       | sql, more
            db/flyway.conf                            | CONF       | sql, more
            pom.xml                                   | PLUGIN     | sql, src/main/resources/more
            src/main/resources/application.yml        | YAML       | src/main/resources/sql, more
            src/main/resources/application.properties | PROPERTIES | src/main/resources/sql, more
            """)
    void configuration_is_found_in_every_layout(String file, String content, String locations) throws IOException {
        write(file, text(content));
        MigrationProject project = at();
        Configuration flyway = project.flyway();
        assertThat(flyway.getLocations())
                .extracting(location ->
                        folder.relativize(Path.of(location.getRootPath())).toString())
                .containsExactlyInAnyOrder(locations.split(", "));
        assertThat(flyway.getTable()).isEqualTo("history");
        assertThat(flyway.getPlaceholders()).containsEntry("owner", "me");
        assertThat(project.announcement(Map.of())).hasValueSatisfying(text -> assertThat(text)
                .startsWith("Flyway project " + folder + "\n  " + file + ": ")
                .contains("flyway.table=history")
                .doesNotContain("hidden"));
    }

    @Test
    void the_address_is_used_if_it_is_known_and_of_PostgreSQL() throws IOException {
        write("src/main/resources/application.yml", YAML);
        assertThat(at().settings())
                .containsEntry("flyway.url", "jdbc:postgresql://localhost:5432/shop")
                .containsEntry("flyway.user", "shop")
                .containsEntry("flyway.baselineOnMigrate", "true")
                .containsEntry("flyway.postgresql.transactional.lock", "false")
                .doesNotContainKey("flyway.password");
        Files.delete(folder.resolve("src/main/resources/application.yml"));
        write("src/main/resources/application.properties", PROPERTIES);
        assertThat(at().settings()).doesNotContainKeys("flyway.url", "flyway.password");
        write("flyway.toml", TOML);
        assertThat(at().settings()).containsEntry("flyway.url", "jdbc:postgresql://localhost/shop");
        assertThat(at().announcement(Map.of("FLYWAY_TARGET", "3")))
                .hasValueSatisfying(
                        text -> assertThat(text)
                                .endsWith(
                                        "\n  environment: FLYWAY_TARGET\n  not read: src/main/resources/application.properties (--config FILE reads another one)"));
    }

    @Test
    void options_name_the_configuration() throws IOException {
        write("flyway.conf", CONF);
        write("other.toml", TOML.replace("history", "named"));
        MigrationProject project = MigrationProject.at(
                folder, List.of(Path.of("other.toml")), Optional.of("filesystem:here,classpath:there"), Map.of());
        assertThat(project.flyway().getTable()).isEqualTo("named");
        assertThat(project.flyway().getLocations())
                .extracting(location ->
                        folder.relativize(Path.of(location.getRootPath())).toString())
                .containsExactlyInAnyOrder("here", "src/main/resources/there");
        assertThat(project.announcement(Map.of()).orElseThrow())
                .endsWith("\n  --locations: filesystem:here,classpath:there");
    }

    @Test
    void Flyways_default_is_used_if_the_build_uses_Flyway_and_configures_nothing() throws IOException {
        write(
                "build.gradle",
                "implementation 'org.springframework.boot:spring-boot'\nimplementation 'org.flywaydb:flyway-core'");
        write("src/main/resources/db/migration/V1__orders.sql", "select 1;");
        assertThat(at().announcement(Map.of()))
                .contains("Flyway project %s\n  Flyway's default: flyway.locations=classpath:db/migration"
                        .formatted(folder));
        assertThat(at().line("flyway.postgresql.transactional.lock", "false"))
                .isEqualTo("spring.flyway.postgresql.transactional-lock=false");
    }

    @Test
    void a_missing_configuration_is_reported_with_the_options_that_name_one() throws IOException {
        assertThatThrownBy(this::at)
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith(
                        "There is no Flyway project in " + folder + " that can be read: no db/flyway.conf, ")
                .hasMessageEndingWith(
                        "\nNothing was done. Say where the scripts are, --locations filesystem:FOLDER,... (relative to that folder), or what configures Flyway, --config FILE.");
        assertThatThrownBy(() -> MigrationProject.at(folder.resolve("none"), List.of(), Optional.empty(), Map.of()))
                .hasMessage(
                        "There is no folder %s/none.\nNothing was done. --project names the folder of a Flyway project."
                                .formatted(folder));
        write("flyway.toml", "[flyway]\nx");
        assertThatThrownBy(this::at)
                .hasMessage(
                        """
                        flyway.toml configures this Flyway project, but cannot be read: line 2 is not understood: x.
                        Nothing was changed. Correct it, or say where the scripts are: --locations filesystem:FOLDER,...""");
    }

    private MigrationProject at() {
        return MigrationProject.at(folder, List.of(), Optional.empty(), Map.of());
    }

    private static String text(String name) {
        return switch (name) {
            case "TOML" -> TOML;
            case "CONF" -> CONF;
            case "PLUGIN" -> PLUGIN;
            case "YAML" -> YAML;
            default -> PROPERTIES;
        };
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
