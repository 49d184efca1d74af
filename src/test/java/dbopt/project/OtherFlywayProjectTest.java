package dbopt.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.server.DatabaseAddress;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Neither the migrations nor the settings that dbopt brings along reach another Flyway project. */
@Tag("anyversion")
@Timeout(30)
class OtherFlywayProjectTest {
    private static final DatabaseAddress NOWHERE =
            DatabaseAddress.parse("jdbc:postgresql://localhost:1/nowhere", "--url");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            sql/V1__orders.sql                               | x                                   | sql/V1__orders.sql
            db/migration/V2024.1__orders.sql                 | x                                   | db/migration/V2024.1__orders.sql
            src/main/resources/db/migration/R__view.sql      | x                                   | src/main/resources/db/migration/R__view.sql
            pom.xml                                          | <artifactId>flyway-core</artifactId> | pom.xml
            build.gradle.kts                                 | id("org.flywaydb.flyway")           | build.gradle.kts
            db/flyway.conf                                   | flyway.locations=filesystem:sql     |
            pom.xml                                          | <artifactId>application</artifactId> |
            sql/views.sql                                    | x                                   |
            README.md                                        | flyway                              |
            """)
    void a_folder_of_another_project_is_recognized(String file, String text, String sign) throws IOException {
        Files.createDirectories(folder.resolve(file).getParent());
        Files.writeString(folder.resolve(file), text);
        for (Path home : new Path[] {null, Path.of("").toAbsolutePath()}) {
            MigrationProject project = MigrationProject.find(folder, home);
            if (sign == null) {
                assertThat(project.flyway(NOWHERE, "test")).isNotNull();
            } else {
                assertThatThrownBy(() -> project.flyway(NOWHERE, "test"))
                        .isInstanceOf(CommandFailure.class)
                        .hasMessage(
                                """
                                %s belongs to another Flyway project, not the one that comes with dbopt, whose migrations and settings would be used.
                                Nothing was changed. Its configuration cannot be read without running something: say where its scripts are, --locations filesystem:FOLDER,..., or name a file that does, --config FILE; a db/flyway.conf in this folder sets it for good, for example: \
                                flyway.locations=filesystem:db/migration,filesystem:db/undo,filesystem:db/callback"""
                                        .formatted(sign));
            }
        }
    }

    @Test
    void the_environment_names_another_project_wherever_dbopt_runs() {
        Path home = Path.of("").toAbsolutePath();
        for (String variable : new String[] {"FLYWAY_LOCATIONS", "FLYWAY_CONFIG_FILES"}) {
            assertThat(OtherFlywayProject.sign(home, home, Map.of(variable, "filesystem:sql")))
                    .contains(variable + " in the environment");
        }
        assertThat(OtherFlywayProject.sign(home, home, Map.of("FLYWAY_TARGET", "1")))
                .isEmpty();
    }

    @Test
    void a_folder_inside_dbopt_s_own_repository_is_not_another_project() {
        Path home = Path.of("").toAbsolutePath();
        assertThat(MigrationProject.find(home.resolve("db"), home).flyway(NOWHERE, "test"))
                .isNotNull();
        assertThat(OtherFlywayProject.sign(home.resolve("db"), home, Map.of())).isEqualTo(Optional.empty());
    }
}
