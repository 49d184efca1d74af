package dbopt.audit;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The folder of a Flyway project that migrations are written to. Either it holds everything, or three
 * folders in it do, named in the singular as in this project: for migrations, for undo scripts and for callbacks.
 *
 * @param root what the folders have in common
 */
record MigrationFolder(Path root, Path migrations, Path undoScripts, Path callbacks) {
    private static final Pattern VERSIONED = Pattern.compile("([VU])([0-9]+(?:[._][0-9]+)*)__.+\\.(?:sql|java|kt)");
    private static final Pattern ALMOST = Pattern.compile("[VU][0-9_].*\\.sql");

    /** Versions of more digits are dates, between which nothing is missing. */
    private static final int LONGEST_NUMBER = 6;

    private record Script(char prefix, MigrationVersion version, Path file) {}

    /** The folder that the path stands for; it may be empty, or not be there yet. */
    static MigrationFolder at(Path folder) {
        Path path = folder.toAbsolutePath().normalize();
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new WrongUsageException("The scaffold needs a folder, but this is a file: " + folder);
        }
        if (Files.isDirectory(path.resolve("migration"))) {
            return new MigrationFolder(path, path.resolve("migration"), path.resolve("undo"), path.resolve("callback"));
        }
        Path parent = path.getParent();
        if (path.endsWith("migration") && parent != null && Files.isDirectory(parent.resolve("undo"))) {
            return new MigrationFolder(parent, path, parent.resolve("undo"), parent.resolve("callback"));
        }
        return new MigrationFolder(path, path, path, path);
    }

    /**
     * The version after the highest, or fails listing all that is wrong with the folder. In an empty one it is 2: the
     * database is baselined at 1, and what is not above the baseline never runs.
     */
    long nextVersion() {
        List<String> problems = new ArrayList<>();
        List<Script> scripts = scripts(problems);
        problems.addAll(clashes(scripts));
        problems.addAll(gaps(scripts));
        problems.addAll(undoScriptsWithoutMigration(scripts));
        if (!problems.isEmpty()) {
            throw new WrongUsageException(problems.stream()
                    .map(problem -> "  " + problem)
                    .collect(joining("\n", "Nothing was written, because of what is in " + root + ":\n", "")));
        }
        return scripts.stream()
                .map(Script::version)
                .max(MigrationVersion::compareTo)
                .map(highest -> Long.parseLong(highest.getVersion().replaceFirst("\\..*", "")) + 1)
                .orElse(2L);
    }

    /** Every file below the folder. */
    List<Path> files() throws IOException {
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private List<Script> scripts(List<String> problems) {
        Set<Path> files = new TreeSet<>();
        for (Path folder : new TreeSet<>(List.of(migrations, undoScripts))) {
            if (!Files.exists(folder)) {
                continue;
            }
            try (Stream<Path> found = Files.walk(folder)) {
                found.filter(Files::isRegularFile).forEach(files::add);
            } catch (IOException | UncheckedIOException e) {
                problems.add(folder + " cannot be read: " + e.getMessage());
            }
        }
        List<Script> scripts = new ArrayList<>();
        for (Path file : files) {
            String name = file.getFileName().toString();
            Matcher versioned = VERSIONED.matcher(name);
            if (versioned.matches()) {
                scripts.add(new Script(
                        name.charAt(0),
                        MigrationVersion.fromVersion(versioned.group(2).replace('_', '.')),
                        file));
            } else if (ALMOST.matcher(name).matches()) {
                problems.add(shown(file)
                        + ": its name is not V<version>__<description>.sql or U<version>__<description>.sql");
            }
            if (name.endsWith(".sql") && !Files.isReadable(file)) {
                problems.add(shown(file) + ": may not be read");
            }
        }
        return scripts;
    }

    private List<String> clashes(List<Script> scripts) {
        Map<String, List<String>> files = scripts.stream()
                .collect(groupingBy(
                        script -> script.prefix() + script.version().getVersion(),
                        TreeMap::new,
                        mapping(script -> shown(script.file()), toList())));
        return files.entrySet().stream()
                .filter(entry -> entry.getValue().size() > 1)
                .map(entry -> entry.getKey() + " is there more than once: " + String.join(", ", entry.getValue()))
                .toList();
    }

    private static List<String> gaps(List<Script> scripts) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (Script script : scripts) {
            String version = script.version().getVersion();
            if (version.length() > LONGEST_NUMBER) {
                return List.of();
            }
            numbers.add(Integer.parseInt(version.replaceFirst("\\..*", "")));
        }
        List<String> gaps = new ArrayList<>();
        Integer previous = null;
        for (Integer number : numbers) {
            if (previous != null && number > previous + 1) {
                gaps.add((number == previous + 2
                                ? "V" + (previous + 1) + " is"
                                : "V" + (previous + 1) + " to V" + (number - 1) + " are")
                        + " missing: fetch what others have added before the next version is given away");
            }
            previous = number;
        }
        return gaps;
    }

    private List<String> undoScriptsWithoutMigration(List<Script> scripts) {
        Set<MigrationVersion> migrated = scripts.stream()
                .filter(script -> script.prefix() == 'V')
                .map(Script::version)
                .collect(toCollection(TreeSet::new));
        return scripts.stream()
                .filter(script -> script.prefix() == 'U' && !migrated.contains(script.version()))
                .map(script -> shown(script.file()) + ": there is no V" + script.version() + " for it to undo")
                .toList();
    }

    private String shown(Path file) {
        return root.relativize(file).toString();
    }
}
