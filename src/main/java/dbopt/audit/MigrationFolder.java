package dbopt.audit;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toList;

import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private static final Pattern VERSIONED = Pattern.compile("([BVU])([0-9]+(?:[._][0-9]+)*)__.+\\.(?:sql|java|kt)");
    private static final Pattern ALMOST = Pattern.compile("[BVU][0-9_].*\\.sql");

    /** Versions of more digits are dates, between which nothing is missing. */
    private static final int LONGEST_NUMBER = 6;

    private static final String FETCH = ": fetch what others have added before the next version is given away";

    private record Script(char prefix, MigrationVersion version, Path file) {}

    /** What only one file may claim; 1, 01 and 1.0 are the same version. */
    private record Claim(char prefix, MigrationVersion version) implements Comparable<Claim> {
        @Override
        public int compareTo(Claim other) {
            return comparing(Claim::prefix).thenComparing(Claim::version).compare(this, other);
        }
    }

    /** The folder that the path stands for; it may be empty, or not be there yet. */
    static MigrationFolder at(Path folder) {
        if (folder.toString().isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE, "The scaffold needs a folder, but none is named: --scaffold DIR");
        }
        Path path = folder.toAbsolutePath().normalize();
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE, "The scaffold needs a folder, but this is a file: " + folder);
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

    /** Refuses a folder in which something is wrong, listing all of it: which version is next is then unknown. */
    void requireOrder() {
        List<String> problems = new ArrayList<>();
        List<Script> scripts = scripts(problems);
        problems.addAll(clashes(scripts));
        problems.addAll(gaps(scripts));
        problems.addAll(undoScriptsWithoutMigration(scripts));
        refuse(problems);
    }

    /**
     * The whole number after every version of the folder and of the database. Where neither has any it is 2: the
     * database is baselined at 1, and what is not above the baseline never runs.
     *
     * @param passed the highest version that the database has passed; a folder that lacks it is refused, unless it is empty
     */
    BigInteger versionAfter(Optional<MigrationVersion> passed) {
        Optional<MigrationVersion> last =
                scripts(new ArrayList<>()).stream().map(Script::version).max(MigrationVersion::compareTo);
        if (last.isPresent() && passed.isPresent()) {
            refuse(missing(last.get().getMajor(), passed.get().getMajor().add(BigInteger.ONE))
                    .map(versions ->
                            versions + " missing here, though the database has passed V" + passed.get() + FETCH)
                    .stream()
                    .toList());
        }
        return Stream.of(last, passed)
                .flatMap(Optional::stream)
                .map(MigrationVersion::getMajor)
                .max(BigInteger::compareTo)
                .map(highest -> highest.add(BigInteger.ONE))
                .orElse(BigInteger.TWO);
    }

    private void refuse(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    problems.stream()
                            .map(problem -> "  " + problem)
                            .collect(joining("\n", "Nothing was written, because of what is in " + root + ":\n", "")));
        }
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
                found.filter(file -> !Files.isDirectory(file)).forEach(files::add);
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
                problems.add(shown(file) + ": cannot be read");
            }
        }
        return scripts;
    }

    private List<String> clashes(List<Script> scripts) {
        Map<Claim, List<String>> files = scripts.stream()
                .collect(groupingBy(
                        script -> new Claim(script.prefix(), script.version()),
                        TreeMap::new,
                        mapping(script -> shown(script.file()), toList())));
        return files.entrySet().stream()
                .filter(entry -> entry.getValue().size() > 1)
                .map(entry -> entry.getKey().prefix() + entry.getKey().version().getVersion()
                        + " is there more than once: " + String.join(", ", entry.getValue()))
                .toList();
    }

    private static List<String> gaps(List<Script> scripts) {
        List<String> gaps = new ArrayList<>();
        BigInteger previous = null;
        for (BigInteger number :
                scripts.stream().map(script -> script.version().getMajor()).collect(toCollection(TreeSet::new))) {
            if (previous != null) {
                missing(previous, number)
                        .map(versions -> versions + " missing" + FETCH)
                        .ifPresent(gaps::add);
            }
            previous = number;
        }
        return gaps;
    }

    /** What is missing between the two, as the beginning of a sentence; nothing between dates. */
    private static Optional<String> missing(BigInteger previous, BigInteger next) {
        BigInteger first = previous.add(BigInteger.ONE);
        BigInteger last = next.subtract(BigInteger.ONE);
        if (first.compareTo(last) > 0 || next.toString().length() > LONGEST_NUMBER) {
            return Optional.empty();
        }
        return Optional.of(first.equals(last) ? "V" + first + " is" : "V" + first + " to V" + last + " are");
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
