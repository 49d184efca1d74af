package dbopt.scaffold;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toList;

import dbopt.files.ScriptFiles;
import dbopt.project.ScriptNaming;
import dbopt.project.ScriptNaming.Kind;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * The folder of a Flyway project to which migrations are written. Either the folder holds all scripts, or it has three folders,
 * named "migration", "undo" and "callback".
 *
 * @param root the folder that the others are in; the same folder if it holds all scripts
 * @param flyway the configuration, which says how scripts are named and encoded
 */
record MigrationFolder(Path root, Path migrations, Path undoScripts, Path callbacks, Configuration flyway) {
    /** The folders of build tools, which hold copies of scripts. */
    private static final Set<String> BUILT = Set.of("target", "build", "out", "bin", "node_modules");

    /** A script that has a version. */
    record Script(Kind kind, MigrationVersion version, String description, Path file) {}

    /** The kind and version that only one file can claim. Versions are compared by number: 1, 01 and 1.0 are the same version. */
    private record Claim(Kind kind, MigrationVersion version) implements Comparable<Claim> {
        @Override
        public int compareTo(Claim other) {
            return comparing(Claim::kind).thenComparing(Claim::version).compare(this, other);
        }
    }

    /**
     * Returns the folder that the path stands for: the path itself, or the one folder below it that holds migrations. The
     * folder may be empty.
     *
     * @param flyway the configuration, which says how scripts are named and encoded
     * @throws CommandFailure if the path stands for no folder, or for several
     */
    static MigrationFolder at(Path folder, Configuration flyway) {
        if (folder.toString().isEmpty()) {
            throw refused("The scaffold needs a folder, but none is named: --scaffold DIR");
        }
        Path path = folder.toAbsolutePath().normalize();
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw refused("The scaffold needs a folder, but this is a file: " + folder);
        }
        if (!Files.exists(path) && !mayBeMade(path, flyway)) {
            throw refused("There is no folder " + folder
                    + ".\nNothing was written. Name the folder that holds the migrations; or make it, if they are to begin there: mkdir -p "
                    + TerminalText.word(folder.toString()));
        }
        Path found = Files.isDirectory(path.resolve("migration")) ? path : withMigrations(path, flyway);
        if (Files.isDirectory(found.resolve("migration"))) {
            return new MigrationFolder(
                    found, found.resolve("migration"), found.resolve("undo"), found.resolve("callback"), flyway);
        }
        Path parent = found.getParent();
        if (found.endsWith("migration") && parent != null && Files.isDirectory(parent.resolve("undo"))) {
            return new MigrationFolder(parent, found, parent.resolve("undo"), parent.resolve("callback"), flyway);
        }
        return new MigrationFolder(found, found, found, found, flyway);
    }

    /**
     * Whether a missing folder may be created: as the first folder of migrations in a new Flyway project. If the project has
     * migrations elsewhere, the name is probably mistyped.
     */
    private static boolean mayBeMade(Path path, Configuration flyway) {
        Path parent = path.getParent();
        return parent != null
                && (Files.isRegularFile(parent.resolve("flyway.conf"))
                        || Files.isRegularFile(parent.resolve("flyway.toml")))
                && foldersOfMigrations(parent, flyway).isEmpty();
    }

    private static Path withMigrations(Path path, Configuration flyway) {
        Set<Path> folders = Files.isDirectory(path) ? foldersOfMigrations(path, flyway) : Set.of();
        if (folders.isEmpty() || folders.contains(path)) {
            return path;
        }
        if (folders.size() == 1) {
            return folders.iterator().next();
        }
        boolean isLocation =
                (path.getFileName() != null && path.getFileName().toString().matches("migrations?"))
                        || locations(flyway).contains(path);
        if (isLocation) {
            return path;
        }
        throw refused(folders.stream()
                .map(found -> "  " + found)
                .collect(joining(
                        "\n",
                        "Several folders below " + path + " hold migrations:\n",
                        "\nNothing was written. Name one of them: --scaffold DIR")));
    }

    private static Set<Path> foldersOfMigrations(Path path, Configuration flyway) {
        ScriptNaming naming = new ScriptNaming(flyway);
        try {
            return ScriptFiles.below(path, folder -> !BUILT.contains(String.valueOf(folder.getFileName()))).stream()
                    .filter(naming::isScript)
                    .filter(file -> naming.versioned(file)
                            .filter(name -> name.kind() == Kind.MIGRATION)
                            .isPresent())
                    .map(Path::getParent)
                    .collect(toCollection(TreeSet::new));
        } catch (IOException e) {
            throw refused("Nothing was written: where the migrations are is unknown, because of a folder below " + path
                    + " that cannot be read: " + e.getMessage());
        }
    }

    /** Returns the locations of the configuration that are folders on disk. */
    static List<Path> locations(Configuration flyway) {
        return List.of(flyway.getLocations()).stream()
                .filter(location -> location.toString().startsWith("filesystem:"))
                .map(location ->
                        Path.of(location.getRootPath()).toAbsolutePath().normalize())
                .toList();
    }

    /** Refuses a folder in which something is wrong, listing every problem, since the next version is then unknown. */
    void requireOrder() {
        List<String> problems = new ArrayList<>();
        List<Script> scripts = scripts(problems);
        problems.addAll(clashes(scripts));
        problems.addAll(undoScriptsWithoutMigration(scripts));
        if (!problems.isEmpty()) {
            throw refused(problems.stream()
                    .map(problem -> "  " + problem)
                    .collect(joining("\n", "Nothing was written, because of what is in " + root + ":\n", "")));
        }
    }

    /**
     * Returns the scripts that have a version: those in the folder and, if the folder is one of Flyway's locations, those in
     * the other locations.
     */
    List<Script> scripts() {
        return scripts(new ArrayList<>());
    }

    ScriptNaming naming() {
        return new ScriptNaming(flyway);
    }

    /** Returns every file below the root folder. */
    List<Path> files() throws IOException {
        return Files.exists(root)
                ? ScriptFiles.below(root).stream().filter(Files::isRegularFile).toList()
                : List.of();
    }

    private List<Script> scripts(List<String> problems) {
        Set<Path> folders = new TreeSet<>(List.of(migrations, undoScripts));
        List<Path> locations = locations(flyway);
        if (locations.contains(migrations)) {
            folders.addAll(locations);
        }
        Set<Path> files = new TreeSet<>();
        for (Path folder : folders) {
            if (Files.exists(folder)) {
                try {
                    files.addAll(ScriptFiles.below(folder));
                } catch (IOException e) {
                    problems.add(folder + " cannot be read: " + e.getMessage());
                }
            }
        }
        ScriptNaming naming = naming();
        List<Script> scripts = new ArrayList<>();
        for (Path file : files) {
            boolean isSql = naming.isScript(file);
            if (isSql || file.toString().matches(".*\\.(java|kt)")) {
                naming.versioned(file)
                        .ifPresent(
                                name -> scripts.add(new Script(name.kind(), name.version(), name.description(), file)));
            }
            if (isSql && naming.isMisnamed(file)) {
                problems.add(shown(file) + ": its name is not " + naming.pattern(Kind.MIGRATION) + " or "
                        + naming.pattern(Kind.UNDO));
            }
            if (isSql && !Files.isReadable(file)) {
                problems.add(shown(file) + ": cannot be read");
            }
        }
        return scripts;
    }

    private List<String> clashes(List<Script> scripts) {
        Map<Claim, List<String>> files = scripts.stream()
                .collect(groupingBy(
                        script -> new Claim(script.kind(), script.version()),
                        TreeMap::new,
                        mapping(script -> shown(script.file()), toList())));
        return files.entrySet().stream()
                .filter(entry -> entry.getValue().size() > 1)
                .map(entry -> "duplicate version " + prefix(entry.getKey().kind())
                        + entry.getKey().version() + ": " + String.join(", ", entry.getValue()))
                .toList();
    }

    private String prefix(Kind kind) {
        return naming().prefix(kind);
    }

    private List<String> undoScriptsWithoutMigration(List<Script> scripts) {
        Set<MigrationVersion> migrated = scripts.stream()
                .filter(script -> script.kind() == Kind.MIGRATION)
                .map(Script::version)
                .collect(toCollection(TreeSet::new));
        return scripts.stream()
                .filter(script -> script.kind() == Kind.UNDO && !migrated.contains(script.version()))
                .map(script -> shown(script.file()) + ": there is no " + prefix(Kind.MIGRATION) + script.version()
                        + " for it to undo")
                .toList();
    }

    /** Returns the file's path for people: relative to the root folder if the file is below it. */
    String shown(Path file) {
        return Optional.of(file)
                .filter(script -> script.startsWith(root))
                .map(root::relativize)
                .orElse(file)
                .toString();
    }

    private static CommandFailure refused(String message) {
        return new CommandFailure(CommandFailure.Kind.USAGE, message);
    }
}
