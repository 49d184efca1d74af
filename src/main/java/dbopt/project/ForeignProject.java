package dbopt.project;

import static java.util.stream.Collectors.joining;

import dbopt.project.ProjectFile.Style;
import dbopt.terminal.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Somebody else's Flyway project, in any layout, as far as its configuration can be read without running anything.
 *
 * @param root the folder that relative locations start from
 * @param files the configuration files that were read; the first one overrides the others
 * @param locations the locations on the command line, which override all files
 * @param notRead the other configuration files that exist but were not read
 */
record ForeignProject(Path root, List<ProjectFile> files, Optional<String> locations, List<String> notRead) {
    private static final String LOCATIONS = "flyway.locations";
    private static final String DEFAULT_LOCATION = "classpath:db/migration";
    private static final String RESOURCES = "src/main/resources";
    private static final String FILESYSTEM = "filesystem:";
    private static final String CLASS_PATH = "classpath:";
    private static final Set<String> SECRET = Set.of("flyway.url", "flyway.user", "flyway.password", "flyway.initSql");

    /** The configuration files to look for; the first one that exists is read. */
    private static final List<String> CONFIGURATIONS = List.of(
            "db/flyway.conf",
            "flyway.toml",
            "flyway.conf",
            "conf/flyway.toml",
            "conf/flyway.conf",
            "db/flyway.toml",
            RESOURCES + "/flyway.conf",
            "pom.xml",
            RESOURCES + "/application.properties",
            RESOURCES + "/application.yml",
            RESOURCES + "/application.yaml",
            RESOURCES + "/config/application.properties",
            RESOURCES + "/config/application.yml");

    ForeignProject {
        files = List.copyOf(files);
        notRead = List.copyOf(notRead);
    }

    /** Returns the project of this folder; empty if no readable file there configures Flyway. */
    static Optional<ForeignProject> in(Path root, Map<String, String> environment) {
        List<Path> found = CONFIGURATIONS.stream()
                .map(root::resolve)
                .filter(Files::isRegularFile)
                .filter(file -> configuresFlyway(root, file, environment))
                .toList();
        if (!found.isEmpty()) {
            return Optional.of(new ForeignProject(
                    root,
                    List.of(ProjectFile.read(root, found.get(0), environment)),
                    Optional.empty(),
                    found.stream()
                            .skip(1)
                            .map(file -> root.relativize(file).toString())
                            .toList()));
        }
        boolean isDefault = ProjectFile.buildNames(root, "flyway")
                && !ProjectFile.buildNames(root, "locations")
                && Files.isDirectory(root.resolve(RESOURCES + "/db/migration"));
        return isDefault || environment.containsKey("FLYWAY_LOCATIONS")
                ? Optional.of(new ForeignProject(root, List.of(), Optional.empty(), List.of()))
                : Optional.empty();
    }

    /**
     * Returns the project that the options name.
     *
     * @throws CommandFailure if there is none, or it cannot be read
     */
    static ForeignProject of(
            Path folder, List<Path> configurations, Optional<String> locations, Map<String, String> environment) {
        Path root = folder.toAbsolutePath().normalize();
        if (!Files.isDirectory(root)) {
            throw refused("There is no folder %s.\nNothing was done. --project names the folder of a Flyway project."
                    .formatted(folder));
        }
        if (!configurations.isEmpty()) {
            return new ForeignProject(
                    root,
                    configurations.stream()
                            .map(file ->
                                    ProjectFile.read(root, root.resolve(file).normalize(), environment))
                            .toList(),
                    locations,
                    List.of());
        }
        Optional<ForeignProject> found = in(root, environment);
        if (found.isEmpty() && locations.isEmpty()) {
            throw refused(
                    """
                    There is no Flyway project in %s that can be read: no %s.
                    Nothing was done. Say where the scripts are, --locations filesystem:FOLDER,... (relative to that folder), or what configures Flyway, --config FILE."""
                            .formatted(root, String.join(", ", CONFIGURATIONS)));
        }
        return new ForeignProject(
                root,
                found.map(ForeignProject::files).orElse(List.of()),
                locations,
                found.map(ForeignProject::notRead).orElse(List.of()));
    }

    private static CommandFailure refused(String message) {
        return new CommandFailure(CommandFailure.Kind.USAGE, message);
    }

    private static boolean configuresFlyway(Path root, Path file, Map<String, String> environment) {
        String name = String.valueOf(file.getFileName());
        if (name.equals("pom.xml")) {
            return ProjectFile.buildNames(root, "flyway-maven-plugin");
        }
        return !name.startsWith("application.")
                || ProjectFile.buildNames(root, "flyway")
                || ProjectFile.read(root, file, environment).settings().containsKey(LOCATIONS);
    }

    /**
     * Returns the settings in the files, by Flyway's names, including the address of the database; the default location if
     * no location is set.
     */
    Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        for (int last = files.size() - 1; last >= 0; last--) {
            settings.putAll(files.get(last).settings());
        }
        settings.putIfAbsent(LOCATIONS, DEFAULT_LOCATION);
        return settings;
    }

    /**
     * Returns the configured locations as Flyway finds them from any folder. A location on the class path is replaced by the
     * folder of its sources.
     */
    String located(String configured) {
        return locations
                .orElse(configured)
                .lines()
                .flatMap(line -> List.of(line.split(",")).stream())
                .map(String::strip)
                .filter(location -> !location.isEmpty())
                .map(this::locatedOne)
                .collect(joining(","));
    }

    private String locatedOne(String location) {
        if (location.startsWith(FILESYSTEM)) {
            return FILESYSTEM + root.resolve(location.substring(FILESYSTEM.length()));
        }
        if (location.contains(":") && !location.startsWith(CLASS_PATH)) {
            return location;
        }
        String path = location.replaceFirst("^" + CLASS_PATH, "").replaceFirst("^/+", "");
        return FILESYSTEM + root.resolve(RESOURCES).resolve(path);
    }

    /** The style in which the project's configuration writes settings. */
    Style style() {
        return files.stream().map(ProjectFile::style).findFirst().orElse(byBuild());
    }

    private Style byBuild() {
        return ProjectFile.buildNames(root, "spring-boot") ? Style.SPRING : Style.CONF;
    }

    /** The file to edit in order to configure the project. */
    String configuration() {
        return files.stream()
                .map(ProjectFile::file)
                .findFirst()
                .orElse(
                        byBuild() == Style.SPRING
                                ? RESOURCES + "/application.properties"
                                : "Flyway's configuration (flyway.conf, or the build)");
    }

    /** Returns lines for people that say which settings come from which file, variable or option. */
    String announcement(Map<String, String> environment) {
        List<String> lines = new ArrayList<>();
        lines.add("Flyway project " + root);
        for (ProjectFile file : files) {
            lines.add("  " + file.file() + ": " + shown(file.settings()));
        }
        List<String> variables = environment.keySet().stream()
                .filter(name -> name.startsWith("FLYWAY_"))
                .sorted()
                .toList();
        if (!variables.isEmpty()) {
            lines.add("  environment: " + String.join(", ", variables));
        }
        locations.ifPresent(option -> lines.add("  --locations: " + option));
        if (locations.isEmpty()
                && !environment.containsKey("FLYWAY_LOCATIONS")
                && files.stream().noneMatch(file -> file.settings().containsKey(LOCATIONS))) {
            lines.add("  Flyway's default: " + LOCATIONS + "=" + DEFAULT_LOCATION);
        }
        if (!notRead.isEmpty()) {
            lines.add("  not read: " + String.join(", ", notRead) + " (--config FILE reads another one)");
        }
        return String.join("\n", lines);
    }

    private static String shown(Map<String, String> settings) {
        return settings.isEmpty()
                ? "no setting of Flyway"
                : settings.entrySet().stream()
                        .map(setting -> SECRET.contains(setting.getKey())
                                ? setting.getKey()
                                : setting.getKey() + "=" + setting.getValue())
                        .collect(joining(", "));
    }
}
