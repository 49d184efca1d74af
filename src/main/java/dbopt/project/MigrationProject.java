package dbopt.project;

import static java.util.Objects.requireNonNull;

import dbopt.files.BoundedFile;
import dbopt.files.FileProblem;
import dbopt.server.DatabaseAddress;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
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

    private static final Set<String> ADDRESS = Set.of("flyway.url", "flyway.user", "flyway.password");
    private static final String TRANSACTIONAL_LOCK = "flyway.postgresql.transactional.lock";

    private final Path root;
    private final Optional<String> otherProject;

    /**
     * @param root the folder that holds {@code db}; null for the jar
     * @param otherProject what shows that another Flyway project is meant than the one that dbopt brings along
     */
    private MigrationProject(Path root, Optional<String> otherProject) {
        this.root = root;
        this.otherProject = otherProject;
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
                Path root = candidate.toAbsolutePath().normalize();
                boolean broughtAlong =
                        home != null && root.equals(home.toAbsolutePath().normalize());
                return new MigrationProject(
                        root,
                        broughtAlong
                                ? OtherFlywayProject.sign(currentDirectory, root, System.getenv())
                                : Optional.empty());
            }
        }
        return new MigrationProject(null, OtherFlywayProject.sign(currentDirectory, null, System.getenv()));
    }

    /**
     * A Flyway configuration as {@code db/flyway.conf} and the {@code FLYWAY_*} variables say, without an address.
     *
     * @throws CommandFailure when they cannot be understood
     */
    public FluentConfiguration flyway() {
        try {
            FluentConfiguration configuration = configured();
            // what Flyway reads late it would complain of in the middle
            configuration.getTarget();
            configuration.getEncoding();
            configuration.getLocations();
            return configuration;
        } catch (FlywayException | IllegalArgumentException e) {
            String why = e instanceof IllegalCharsetNameException || e instanceof UnsupportedCharsetException
                    ? "there is no encoding " + e.getMessage()
                    : String.valueOf(e.getMessage());
            throw unusable(why, e);
        }
    }

    private static CommandFailure unreadable(String file, IOException cause) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                file + " of this project cannot be read: " + FileProblem.of(cause)
                        + ".\nNothing was changed. Correct it, or run dbopt in the folder of another project.",
                cause);
    }

    private static CommandFailure unusable(String why, Exception cause) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "Flyway's configuration cannot be used: " + why
                        + "\nNothing was changed. Correct db/flyway.conf, or the FLYWAY_... variable in the environment that says so.",
                cause);
    }

    private FluentConfiguration configured() {
        Map<String, String> settings = settings();
        settings.computeIfPresent("flyway.locations", (key, locations) -> located(locations));
        // at once: Flyway works out everything anew whenever it is told something
        settings.putAll(ConfigUtils.environmentVariablesToPropertyMap());
        // the address is not Flyway's to read: it would look for what to replace in a password
        settings.keySet().removeAll(ADDRESS);
        // through the API this setting would need Jackson
        settings.remove(TRANSACTIONAL_LOCK);
        FluentConfiguration configuration = Flyway.configure().configuration(settings);
        // Whatever it says, a concurrent build hangs unless it is false. Told last, since Flyway copies what it has
        // been told by way of JSON: a tenth of the time of info.
        configuration
                .getPluginRegister()
                .getExact(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        return configuration;
    }

    /**
     * Flyway as {@link #flyway()} sets it up, on this database, reporting to {@link ProgressLog}.
     *
     * @param applicationName how its sessions call themselves in {@code pg_stat_activity}
     * @throws CommandFailure when another project is meant than the one that dbopt brings along
     */
    public FluentConfiguration flyway(DatabaseAddress address, String applicationName) {
        otherProject.ifPresent(sign -> {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    """
                    %s belongs to another Flyway project than the one that dbopt brings along, whose migrations and settings would be used.
                    Nothing was changed. Run dbopt in the folder that has the project's db/flyway.conf, or write one in this folder; a line of it says where the migrations are, for example: \
                    flyway.locations=filesystem:db/migration,filesystem:db/undo,filesystem:db/callback"""
                            .formatted(sign));
        });
        return flyway().loggers("console").dataSource(address.dataSource(applicationName));
    }

    /** The folder that holds {@code db}; empty when it is the jar. */
    public Optional<Path> root() {
        return Optional.ofNullable(root);
    }

    /** Whether there is such a file below {@code db}. */
    public boolean has(String file) {
        return root == null
                ? MigrationProject.class.getClassLoader().getResource(file) != null
                : Files.isRegularFile(root.resolve(file));
    }

    /** The SQL files that lie in a folder below {@code db} itself, for example {@code db/health/wraparound.sql}, sorted. */
    public List<String> sqlFiles(String folder) {
        if (root != null) {
            return sqlFiles(root.resolve(folder), folder);
        }
        try {
            URI here = requireNonNull(
                            MigrationProject.class.getClassLoader().getResource(CONFIGURATION),
                            "the jar lacks " + CONFIGURATION)
                    .toURI();
            if (!here.getScheme().equals("jar")) {
                return sqlFiles(Path.of(here).getParent().getParent().resolve(folder), folder);
            }
            try (FileSystem jar = FileSystems.newFileSystem(here, Map.of())) {
                return sqlFiles(jar.getPath(folder), folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> sqlFiles(Path directory, String folder) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".sql"))
                    .map(name -> folder + "/" + name)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    /** The text of a file below {@code db}, for example {@code db/sample/load.sql}. */
    public String read(String file) {
        try (Reader reader = open(file)) {
            return BoundedFile.text(reader);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** What {@code db/flyway.conf} says, by the name of the setting. */
    public Map<String, String> settings() {
        try (Reader reader = open(CONFIGURATION)) {
            return ConfigUtils.loadConfigurationFromReader(reader);
        } catch (FlywayException e) {
            throw unusable(
                    e.getCause() instanceof IOException cause
                            ? CONFIGURATION + ": " + FileProblem.of(cause)
                            : e.getMessage(),
                    e);
        } catch (IOException e) {
            throw unusable(CONFIGURATION + ": " + FileProblem.of(e), e);
        }
    }

    private Reader open(String file) throws IOException {
        if (root != null) {
            return BoundedFile.open(root.resolve(file));
        }
        InputStream resource = MigrationProject.class.getClassLoader().getResourceAsStream(file);
        return new InputStreamReader(requireNonNull(resource, "the jar lacks " + file), StandardCharsets.UTF_8);
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
