package dbopt.project;

import static java.util.Objects.requireNonNull;

import dbopt.bundled.BundledSql;
import dbopt.files.BoundedFile;
import dbopt.files.FileProblem;
import dbopt.history.ScriptResources;
import dbopt.project.ProjectFile.Style;
import dbopt.server.DatabaseAddress;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.configuration.ConfigUtils;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * The user's Flyway project: its configuration, such as {@code db/flyway.conf}, and its scripts. The project is on disk, in
 * the current directory or where the launcher found it; otherwise it is the one in dbopt's jar.
 */
public final class MigrationProject {
    private static final String CONFIGURATION = "db/flyway.conf";
    private static final String GUARD = "db/callback/beforeEachMigrate.sql";
    private static final String FILESYSTEM = "filesystem:";

    private static final Set<String> ADDRESS = Set.of("flyway.url", "flyway.user", "flyway.password");
    private static final String TRANSACTIONAL_LOCK = "flyway.postgresql.transactional.lock";

    private final Path root;
    private final Optional<String> otherProject;
    private final Optional<ForeignProject> foreign;

    /**
     * Creates a project.
     *
     * @param root the folder that holds {@code db}; null for the project in the jar
     * @param otherProject the sign that the user means another Flyway project than the one that comes with dbopt
     * @param foreign somebody else's project, which has a configuration of its own
     */
    private MigrationProject(Path root, Optional<String> otherProject, Optional<ForeignProject> foreign) {
        this.root = root;
        this.otherProject = otherProject;
        this.foreign = foreign;
    }

    /**
     * Returns the project that the options name.
     *
     * @param folder the project's folder
     * @param configurations the project's configuration files, relative to the folder; if empty, the files are looked for in
     *     the folder
     * @param locations the locations of the scripts, which override all configured ones
     * @throws CommandFailure if there is no such project, or it cannot be read
     */
    public static MigrationProject at(
            Path folder, List<Path> configurations, Optional<String> locations, Map<String, String> environment) {
        ForeignProject project = ForeignProject.of(folder, configurations, locations, environment);
        return new MigrationProject(project.root(), Optional.empty(), Optional.of(project));
    }

    /**
     * Returns the first project that exists: that of the current directory, that of the given home, or the one in the jar.
     *
     * @param home the repository that the launcher belongs to; null if there is none
     */
    public static MigrationProject find(Path currentDirectory, Path home) {
        requireNonNull(currentDirectory, "currentDirectory is null");
        Path current = currentDirectory.toAbsolutePath().normalize();
        boolean isInside =
                home != null && current.startsWith(home.toAbsolutePath().normalize());
        if (!isInside && !Files.isRegularFile(current.resolve(CONFIGURATION))) {
            Optional<ForeignProject> found = configured(current, System.getenv());
            if (found.isPresent()) {
                return new MigrationProject(current, Optional.empty(), found);
            }
        }
        for (Path candidate : new Path[] {currentDirectory, home}) {
            if (candidate != null && Files.isRegularFile(candidate.resolve(CONFIGURATION))) {
                Path root = candidate.toAbsolutePath().normalize();
                boolean broughtAlong =
                        home != null && root.equals(home.toAbsolutePath().normalize());
                return new MigrationProject(
                        root,
                        broughtAlong
                                ? OtherFlywayProject.sign(currentDirectory, root, System.getenv())
                                : Optional.empty(),
                        Optional.empty());
            }
        }
        return new MigrationProject(
                null, OtherFlywayProject.sign(currentDirectory, null, System.getenv()), Optional.empty());
    }

    private static Optional<ForeignProject> configured(Path current, Map<String, String> environment) {
        String files = environment.getOrDefault("FLYWAY_CONFIG_FILES", "");
        return files.isBlank()
                ? ForeignProject.in(current, environment)
                : Optional.of(ForeignProject.of(
                        current,
                        Arrays.stream(files.split(","))
                                .map(String::strip)
                                .map(Path::of)
                                .toList(),
                        Optional.empty(),
                        environment));
    }

    /** Whether this is somebody else's project, whose own configuration dbopt has read. */
    public boolean isForeign() {
        return foreign.isPresent();
    }

    /** Returns lines for people that say which settings come from where; empty if all come from {@code db/flyway.conf}. */
    public Optional<String> announcement(Map<String, String> environment) {
        return foreign.map(project -> project.announcement(environment));
    }

    /** The file that configures the project, as a person looks for it. */
    public String configurationFile() {
        return foreign.map(ForeignProject::configuration).orElse(CONFIGURATION);
    }

    /** The place in the project's configuration where a setting belongs, for people. */
    public String place() {
        return foreign.map(ForeignProject::style).orElse(Style.CONF).place(configurationFile());
    }

    /** Returns the line of the project's configuration that sets a value. */
    public String line(String setting, String value) {
        return foreign.map(ForeignProject::style).orElse(Style.CONF).line(setting, value);
    }

    /**
     * Returns the Flyway configuration by the project's files and the {@code FLYWAY_*} variables, without an address.
     *
     * @throws CommandFailure if a setting cannot be understood
     */
    public FluentConfiguration flyway() {
        try {
            FluentConfiguration configuration = configured();
            // Flyway reads these late, and would fail in the middle of a run
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

    private CommandFailure unusable(String why, Exception cause) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "Flyway's configuration cannot be used: %s\nNothing was changed. Correct %s, or the FLYWAY_... variable in the environment that sets it."
                        .formatted(why, configurationFile()),
                cause);
    }

    private FluentConfiguration configured() {
        Map<String, String> settings = settings();
        if (foreign.isEmpty()) {
            settings.computeIfPresent("flyway.locations", (key, locations) -> located(locations));
        }
        // all at once: Flyway works out everything again after each change
        settings.putAll(ConfigUtils.environmentVariablesToPropertyMap());
        foreign.ifPresent(project -> {
            settings.computeIfPresent("flyway.locations", (key, locations) -> project.located(locations));
            settings.computeIfPresent("flyway.callbackLocations", (key, locations) -> project.located(locations));
        });
        // Flyway must not read the address: it would replace placeholders in a password
        settings.keySet().removeAll(ADDRESS);
        // through the API this setting would need Jackson
        settings.remove(TRANSACTIONAL_LOCK);
        FluentConfiguration configuration = Flyway.configure().configuration(settings);
        // A concurrent build hangs unless this is false, whatever the configuration says. It is set last: Flyway copies
        // earlier
        // settings by way of JSON, which takes a tenth of the time of info.
        configuration
                .getPluginRegister()
                .getExact(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        return configuration;
    }

    /**
     * Returns the configuration of {@link #flyway()} for this database, with reports to {@link ProgressLog}.
     *
     * @param applicationName the name of Flyway's sessions in {@code pg_stat_activity}
     * @throws CommandFailure if the user means another project than the one that comes with dbopt, or the configuration
     *     needs the name of a schema
     */
    public FluentConfiguration flyway(DatabaseAddress address, String applicationName) {
        FluentConfiguration configuration = complete();
        if (SchemaConfigurations.isOpen(configuration)) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "%s does not say which schema is meant (%s in flyway.table, flyway.defaultSchema or flyway.schemas).\nNothing was changed. Name it: --schemas NAME, for migrate, undo and info."
                            .formatted(configurationFile(), SchemaConfigurations.SCHEMA));
        }
        return configuration.loggers("console").dataSource(address.dataSource(applicationName));
    }

    /**
     * Returns the configurations for many schemas, each of which has its own schema history.
     *
     * @throws CommandFailure if the user means another project than the one that comes with dbopt
     */
    public SchemaConfigurations flywayOfSchemas() {
        return SchemaConfigurations.of(complete().loggers("console"));
    }

    /**
     * Returns the configuration for one of many schemas, without an address.
     *
     * @throws CommandFailure if a setting cannot be understood
     */
    public FluentConfiguration flywayOf(String schema) {
        return SchemaConfigurations.named(flyway(), schema);
    }

    /** Returns the configuration, with dbopt's guard if the scripts need a guard that the project does not have. */
    private FluentConfiguration complete() {
        otherProject.ifPresent(sign -> {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    """
                    %s belongs to another Flyway project, not the one that comes with dbopt, whose migrations and settings would be used.
                    Nothing was changed. Its configuration cannot be read without running something: say where its scripts are, --locations filesystem:FOLDER,..., or name a file that does, --config FILE; a db/flyway.conf in this folder sets it for good, for example: \
                    flyway.locations=filesystem:db/migration,filesystem:db/undo,filesystem:db/callback"""
                            .formatted(sign));
        });
        return has(GUARD) ? flyway() : BroughtGuard.in(flyway());
    }

    /** Returns the undo scripts in Flyway's locations: their text by file name, in order. */
    public Map<String, String> undoScripts() {
        return scripts(flyway(), "U");
    }

    /** Returns the versioned migrations in Flyway's locations: their text by file name, in order. */
    public Map<String, String> migrations() {
        FluentConfiguration configuration = flyway();
        return scripts(configuration, configuration.getSqlMigrationPrefix());
    }

    private static Map<String, String> scripts(FluentConfiguration configuration, String prefix) {
        Map<String, String> scripts = new TreeMap<>();
        Placeholders placeholders = Placeholders.of(configuration);
        ScriptResources.of(configuration)
                .getResources(prefix, configuration.getSqlMigrationSuffixes())
                .forEach(script -> scripts.put(script.getFilename(), text(script, placeholders)));
        return scripts;
    }

    private static String text(LoadableResource script, Placeholders placeholders) {
        try {
            return placeholders.replaced(script);
        } catch (UncheckedIOException e) {
            throw unreadable(script.getFilename(), e.getCause());
        }
    }

    /** The project's folder; empty for the project in the jar. */
    public Optional<Path> root() {
        return Optional.ofNullable(root);
    }

    /** Whether the project has this file, for example {@code db/callback/beforeBaseline.sql}. */
    public boolean has(String file) {
        return root == null
                ? MigrationProject.class.getClassLoader().getResource(BundledSql.CLASS_PATH + file) != null
                : Files.isRegularFile(root.resolve(file));
    }

    /** Returns the text of a file of the project, for example {@code db/callback/beforeBaseline.sql}. */
    public String read(String file) {
        try (Reader reader = open(file)) {
            return BoundedFile.text(reader);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Returns the settings in the project's configuration, by Flyway's names. */
    public Map<String, String> settings() {
        if (foreign.isPresent()) {
            return new TreeMap<>(foreign.get().settings());
        }
        try (Reader reader = open(CONFIGURATION)) {
            return KnownSettings.conf(BoundedFile.text(reader));
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
