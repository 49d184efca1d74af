package dbopt.project;

import dbopt.files.BoundedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds signs that a folder belongs to a Flyway project without a {@code db/flyway.conf}. For such a project, dbopt must not
 * use its own migrations and settings, such as {@code baselineOnMigrate}.
 */
final class OtherFlywayProject {
    private static final List<String> CONFIGURATIONS = List.of(
            "flyway.toml",
            "flyway.user.toml",
            "flyway.conf",
            "conf/flyway.toml",
            "conf/flyway.conf",
            "db/flyway.toml",
            "src/main/resources/flyway.conf");
    private static final List<String> BUILDS = List.of("pom.xml", "build.gradle", "build.gradle.kts");
    private static final List<String> FOLDERS = List.of(
            "",
            "sql",
            "migrations",
            "db",
            "db/migration",
            "db/migrations",
            "src/main/resources/db/migration",
            "src/main/resources/db/migrations");
    private static final List<String> VARIABLES = List.of("FLYWAY_LOCATIONS", "FLYWAY_CONFIG_FILES");
    private static final Pattern MIGRATION = Pattern.compile("(V[0-9][0-9._]*|R)__.+\\.sql");

    private OtherFlywayProject() {}

    /**
     * Returns the sign that the user means other migrations than dbopt's own; empty if there is none.
     *
     * @param home dbopt's own repository, inside which there is no other project; null if there is none
     */
    static Optional<String> sign(Path currentDirectory, Path home, Map<String, String> environment) {
        Path folder = currentDirectory.toAbsolutePath().normalize();
        Optional<String> variable = VARIABLES.stream()
                .filter(name -> !environment.getOrDefault(name, "").isBlank())
                .map(name -> name + " in the environment")
                .findFirst();
        return home != null && folder.startsWith(home) ? variable : variable.or(() -> sign(folder));
    }

    private static Optional<String> sign(Path folder) {
        return Stream.of(
                        CONFIGURATIONS.stream().filter(file -> Files.isRegularFile(folder.resolve(file))),
                        FOLDERS.stream().flatMap(name -> migrationIn(folder, name)),
                        BUILDS.stream().filter(file -> namesFlyway(folder.resolve(file))))
                .flatMap(signs -> signs)
                .findFirst();
    }

    private static Stream<String> migrationIn(Path folder, String name) {
        try (Stream<Path> files = Files.list(folder.resolve(name))) {
            return files
                    .map(file -> String.valueOf(file.getFileName()))
                    .filter(file -> MIGRATION.matcher(file).matches())
                    .sorted()
                    .limit(1)
                    .map(file -> name.isEmpty() ? file : name + "/" + file)
                    .toList()
                    .stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static boolean namesFlyway(Path build) {
        try {
            return BoundedFile.text(build).toLowerCase(Locale.ROOT).contains("flyway");
        } catch (IOException e) {
            return false;
        }
    }
}
