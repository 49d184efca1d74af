package dbopt.project;

import static java.util.Objects.requireNonNull;

import dbopt.bundled.BundledSql;
import dbopt.files.BoundedFile;
import dbopt.files.FileProblem;
import dbopt.server.DatabaseAddress;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.configuration.ConfigUtils;
import org.flywaydb.core.internal.scanner.Scanner;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * The user's Flyway project: {@code db/flyway.conf} and what it names. It lies on disk, in the current directory or where
 * the launcher found it; or else it is the one that the tool brings with it.
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

    /** The undo scripts in Flyway's locations: their text by file name, in order. */
    public Map<String, String> undoScripts() {
        return scripts(flyway(), "U");
    }

    /** The versioned migrations in Flyway's locations: their text by file name, in order. */
    public Map<String, String> migrations() {
        FluentConfiguration configuration = flyway();
        return scripts(configuration, configuration.getSqlMigrationPrefix());
    }

    private static Map<String, String> scripts(FluentConfiguration configuration, String prefix) {
        Map<String, String> scripts = new TreeMap<>();
        new Scanner<>(JavaMigration.class, configuration, configuration.getLocations())
                .getResources(prefix, configuration.getSqlMigrationSuffixes())
                .forEach(script -> scripts.put(script.getFilename(), text(script)));
        return scripts;
    }

    private static String text(LoadableResource script) {
        try (Reader reader = script.read()) {
            return BoundedFile.text(reader);
        } catch (IOException e) {
            throw unreadable(script.getFilename(), e);
        }
    }

    /** The folder that holds {@code db}; empty when it is the jar. */
    public Optional<Path> root() {
        return Optional.ofNullable(root);
    }

    /** Whether there is such a file below {@code db}. */
    public boolean has(String file) {
        return root == null
                ? MigrationProject.class.getClassLoader().getResource(BundledSql.CLASS_PATH + file) != null
                : Files.isRegularFile(root.resolve(file));
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
        return root == null ? BundledSql.open(file) : BoundedFile.open(root.resolve(file));
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
        return root == null ? "classpath:" + BundledSql.CLASS_PATH + folder : FILESYSTEM + root.resolve(folder);
    }
}
