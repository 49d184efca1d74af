package dbopt.database;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.configuration.ConfigUtils;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * The folder {@code db}: the Flyway configuration and what it names. It lies on disk, in the current directory or where
 * the launcher found it, or else in the jar.
 */
public final class MigrationProject {
    private static final String CONFIGURATION = "db/flyway.conf";
    private static final String FILESYSTEM = "filesystem:";

    private static final String TRANSACTIONAL_LOCK = "flyway.postgresql.transactional.lock";

    private final Path root;

    /** @param root the folder that holds {@code db}; null for the jar */
    private MigrationProject(Path root) {
        this.root = root;
    }

    /**
     * The project of the current directory, or of the given home, or the one in the jar, whichever is first to exist.
     *
     * @param home the repository that the launcher belongs to; null if there is none
     */
    public static MigrationProject find(Path currentDirectory, Path home) {
        requireNonNull(currentDirectory, "currentDirectory is null");
        for (Path candidate : new Path[] {currentDirectory, home}) {
            if (candidate != null && Files.isRegularFile(candidate.resolve(CONFIGURATION))) {
                return new MigrationProject(candidate.toAbsolutePath().normalize());
            }
        }
        return new MigrationProject(null);
    }

    /** A Flyway configuration as {@code db/flyway.conf} and the {@code FLYWAY_*} variables say, without an address. */
    public FluentConfiguration flyway() {
        Map<String, String> settings = settings();
        settings.computeIfPresent("flyway.locations", (key, locations) -> located(locations));
        FluentConfiguration configuration = Flyway.configure();
        // Through the API this setting would need Jackson; whatever it says, a concurrent build hangs unless it is
        // false.
        settings.remove(TRANSACTIONAL_LOCK);
        configuration
                .getPluginRegister()
                .getExact(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        return configuration.configuration(settings).envVars();
    }

    /** What {@code db/flyway.conf} says, by the name of the setting. */
    Map<String, String> settings() {
        try (Reader reader = open()) {
            return ConfigUtils.loadConfigurationFromReader(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Reader open() throws IOException {
        if (root != null) {
            return Files.newBufferedReader(root.resolve(CONFIGURATION));
        }
        InputStream resource = MigrationProject.class.getClassLoader().getResourceAsStream(CONFIGURATION);
        return new InputStreamReader(
                requireNonNull(resource, "the jar lacks " + CONFIGURATION), StandardCharsets.UTF_8);
    }

    private String located(String locations) {
        return Arrays.stream(locations.split(","))
                .map(String::trim)
                .map(location -> location.startsWith(FILESYSTEM)
                        ? locatedFolder(location.substring(FILESYSTEM.length()))
                        : location)
                .collect(Collectors.joining(","));
    }

    private String locatedFolder(String folder) {
        return root == null ? "classpath:" + folder : FILESYSTEM + root.resolve(folder);
    }
}
