package dbopt.project;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.joining;

import dbopt.files.BoundedFile;
import dbopt.files.FileProblem;
import dbopt.files.ScriptFiles;
import dbopt.project.ScriptNaming.Kind;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * Checks the scripts in Flyway's locations. Flyway skips a script whose name it does not understand and a folder that does
 * not exist, so a deployment would succeed without them; and it reports only the first broken script.
 */
public final class ScriptLinter {
    private static final Set<String> SETTINGS =
            Set.of("executeInTransaction", "encoding", "placeholderReplacement", "shouldExecute");
    private static final Set<String> YES_OR_NO = Set.of("executeInTransaction", "placeholderReplacement");

    private record Claim(String prefix, MigrationVersion version) implements Comparable<Claim> {
        /** Compares versions by number: 1, 01 and 1.0 are the same version. */
        @Override
        public int compareTo(Claim other) {
            return comparing(Claim::prefix).thenComparing(Claim::version).compare(this, other);
        }
    }

    private final Configuration configuration;
    private final ScriptNaming naming;
    private final List<String> problems = new ArrayList<>();

    private ScriptLinter(Configuration configuration) {
        this.configuration = configuration;
        this.naming = new ScriptNaming(configuration);
    }

    /**
     * Checks that Flyway can read all scripts.
     *
     * @throws CommandFailure with a list of all problems
     */
    public static void require(Configuration configuration) {
        ScriptLinter scripts = new ScriptLinter(configuration);
        scripts.check();
        if (!scripts.problems.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "The scripts cannot be used:\n" + TerminalText.some(scripts.problems)
                            + "\nNothing was changed. Correct them, and run the same command again.");
        }
    }

    private void check() {
        // a file in two locations, one inside the other, is one file for Flyway too
        Set<Path> files = new LinkedHashSet<>();
        for (Location location : configuration.getLocations()) {
            if (location.toString().startsWith("filesystem:")) {
                filesIn(Path.of(location.getRootPath()))
                        .forEach(file -> files.add(file.toAbsolutePath().normalize()));
            }
        }
        List<Path> scripts = files.stream().filter(naming::isScript).toList();
        scripts.forEach(this::checkName);
        scripts.forEach(this::checkText);
        checkVersions(scripts);
        files.stream()
                .filter(file -> naming.isScript(withoutConf(file)) && !naming.isScript(file))
                .forEach(this::checkSettings);
    }

    private List<Path> filesIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            problems.add(shown(folder) + ": there is no such folder (flyway.locations names it)");
            return List.of();
        }
        try {
            return ScriptFiles.below(folder);
        } catch (IOException e) {
            problems.add(shown(folder) + ": cannot be read: " + e.getMessage());
            return List.of();
        }
    }

    private static Path withoutConf(Path file) {
        return Path.of(file.toString().replaceFirst("\\.conf$", ""));
    }

    /** Reports a script that is named almost like a migration, which Flyway would never run. */
    private void checkName(Path script) {
        if (naming.isMisnamed(script)) {
            problems.add(shown(script) + ": its name is not " + naming.pattern(Kind.MIGRATION) + ", "
                    + naming.pattern(Kind.UNDO) + " or " + repeatable());
        }
    }

    private String repeatable() {
        return configuration.getRepeatableSqlMigrationPrefix() + configuration.getSqlMigrationSeparator()
                + "<description>" + configuration.getSqlMigrationSuffixes()[0];
    }

    private void checkText(Path script) {
        Optional<Charset> own = ownEncoding(script);
        Charset encoding = own.orElse(configuration.getEncoding());
        try (Reader text = Files.newBufferedReader(script, encoding)) {
            text.transferTo(Writer.nullWriter());
        } catch (CharacterCodingException e) {
            problems.add(shown(script) + ": is not text in " + encoding
                    + (own.isPresent() ? " (encoding in its .conf)" : " (flyway.encoding)"));
        } catch (IOException e) {
            problems.add(shown(script) + ": cannot be read: " + FileProblem.of(e));
        }
    }

    /** Returns the encoding in the script's settings; an unknown encoding is reported by {@link #checkSetting}. */
    private static Optional<Charset> ownEncoding(Path script) {
        Path settings = Path.of(script + ".conf");
        if (!Files.isRegularFile(settings)) {
            return Optional.empty();
        }
        try {
            return BoundedFile.lines(settings).stream()
                    .map(line -> line.split("=", 2))
                    .filter(setting -> setting.length == 2 && setting[0].strip().equals("encoding"))
                    .map(setting -> setting[1].strip())
                    .filter(ScriptLinter::isEncoding)
                    .map(Charset::forName)
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean isEncoding(String name) {
        try {
            return Charset.isSupported(name);
        } catch (IllegalCharsetNameException e) {
            return false;
        }
    }

    private void checkVersions(List<Path> scripts) {
        Map<Claim, List<String>> claims = new TreeMap<>();
        for (Path script : scripts) {
            naming.versioned(script)
                    .map(name -> new Claim(name.prefix(), name.version()))
                    .ifPresent(claim -> claims.computeIfAbsent(claim, first -> new ArrayList<>())
                            .add(shown(script)));
        }
        claims.forEach((claim, files) -> {
            if (files.size() > 1) {
                problems.add("duplicate version " + claim.prefix() + claim.version() + ": " + String.join(", ", files));
            }
        });
    }

    private void checkSettings(Path file) {
        if (!Files.exists(withoutConf(file))) {
            problems.add(shown(file) + ": its script does not exist: " + name(withoutConf(file)));
        }
        try {
            List<String> lines = BoundedFile.lines(file);
            for (int number = 1; number <= lines.size(); number++) {
                String line = lines.get(number - 1).strip();
                if (!line.isEmpty() && !line.startsWith("#")) {
                    checkSetting(shown(file) + ", line " + number + ": ", line);
                }
            }
        } catch (IOException e) {
            problems.add(shown(file) + ": cannot be read: " + FileProblem.of(e));
        }
    }

    private void checkSetting(String place, String line) {
        String[] setting = line.split("=", 2);
        String name = setting[0].strip();
        if (setting.length < 2 || !SETTINGS.contains(name)) {
            problems.add(place + line + " is not a setting of a script: "
                    + SETTINGS.stream().sorted().collect(joining(", ")));
        } else if (YES_OR_NO.contains(name) && !setting[1].strip().matches("true|false")) {
            problems.add(place + name + " is true or false, not " + setting[1].strip());
        } else if (name.equals("encoding") && !isEncoding(setting[1].strip())) {
            problems.add(place + "there is no encoding " + setting[1].strip());
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static String shown(Path file) {
        Path here = Path.of("").toAbsolutePath();
        Path whole = file.toAbsolutePath().normalize();
        return (whole.startsWith(here) ? here.relativize(whole) : whole).toString();
    }
}
