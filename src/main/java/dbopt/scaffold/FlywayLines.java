package dbopt.scaffold;

import dbopt.project.MigrationProject;
import dbopt.project.ProjectFile.Style;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The lines of configuration with which Flyway finds scaffolded scripts and their callbacks, and runs them.
 *
 * @param callbacks the folders of the callbacks that the scripts need
 */
record FlywayLines(MigrationFolder folder, MigrationProject project, Set<Path> callbacks) {
    private static final String LOCATIONS = "flyway.locations";
    private static final String LOCK = "flyway.postgresql.transactional.lock";
    private static final String NAMING = "flyway.validateMigrationNaming";
    private static final String STOPS =
            NAMING + "=true: a Flyway without the undo plugin stops at the names of the undo scripts. ";
    private static final String RESOURCES = "src/main/resources";
    private static final String CLASS_PATH = "classpath:";

    FlywayLines {
        callbacks = Set.copyOf(callbacks);
    }

    /** Whether the folder is in the project, so that the project's configuration is the one that matters. */
    boolean isKnown() {
        return project.root().filter(root -> folder.root().startsWith(root)).isPresent();
    }

    /** Returns what to change in the project's own configuration; empty if the configuration is right. */
    List<String> toChange() {
        Path root = project.root().orElseThrow();
        Map<String, String> settings = project.settings();
        String configured = settings.getOrDefault(LOCATIONS, "");
        boolean isOnClassPath = configured.contains(CLASS_PATH);
        List<String> missing = folders().stream()
                .filter(needed -> located().noneMatch(needed::startsWith))
                .map(needed -> location(root, needed, isOnClassPath))
                .toList();
        List<String> lines = new ArrayList<>();
        if (!missing.isEmpty()) {
            String all = Stream.concat(Stream.of(configured).filter(text -> !text.isBlank()), missing.stream())
                    .reduce((before, next) -> before + "," + next)
                    .orElseThrow();
            lines.add("Flyway does not find %s yet. In %s:".formatted(String.join(", ", missing), project.place()));
            lines.add("  " + project.line(LOCATIONS, all));
        }
        if (!settings.getOrDefault(LOCK, "true").equals("false")) {
            lines.add("With Flyway's default lock, CREATE INDEX CONCURRENTLY hangs forever. In %s:"
                    .formatted(project.place()));
            lines.add("  " + project.line(LOCK, "false"));
        }
        if (folder.flyway().isValidateMigrationNaming()) {
            lines.add(STOPS + "Give it the plugin's jar, or in %s:".formatted(project.place()));
            lines.add("  " + project.line(NAMING, "false"));
        }
        return lines;
    }

    /** Returns the settings for each of Flyway's tools, since the tool that runs the scripts is unknown. */
    List<String> forEachTool() {
        String all = folders().stream()
                .map(needed -> "filesystem:" + needed)
                .reduce((before, next) -> before + "," + next)
                .orElseThrow();
        List<String> lines = new ArrayList<>();
        lines.add(
                "Whatever runs Flyway must find these folders, beside its others, and take a lock under which concurrent statements can run:");
        tool(lines, "the command line, in flyway.conf", Style.CONF, all);
        tool(lines, "Maven, in the plugin's configuration", Style.POM, all);
        tool(lines, "Spring Boot, in application.properties", Style.SPRING, all);
        lines.add(STOPS + "dbopt has the plugin.");
        return lines;
    }

    private static void tool(List<String> lines, String tool, Style style, String locations) {
        lines.add("  " + tool + ":");
        lines.add("    " + style.line(LOCATIONS, locations));
        lines.add("    " + style.line(LOCK, "false"));
    }

    /** Returns the folders that Flyway must find, without those that lie in another one of them. */
    private List<Path> folders() {
        Set<Path> needed = new TreeSet<>(callbacks);
        needed.add(folder.migrations());
        needed.add(folder.undoScripts());
        return needed.stream()
                .filter(one -> needed.stream().noneMatch(other -> !other.equals(one) && one.startsWith(other)))
                .toList();
    }

    private Stream<Path> located() {
        return MigrationFolder.locations(folder.flyway()).stream();
    }

    private static String location(Path root, Path needed, boolean isOnClassPath) {
        Path resources = root.resolve(RESOURCES);
        return isOnClassPath && needed.startsWith(resources)
                ? CLASS_PATH + resources.relativize(needed)
                : "filesystem:" + root.relativize(needed);
    }
}
