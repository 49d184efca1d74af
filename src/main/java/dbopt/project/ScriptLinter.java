package dbopt.project;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dbopt.files.BoundedFile;
import dbopt.files.FileProblem;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * The scripts in the folders that Flyway is to read. Flyway passes over a script whose name it does not understand, and over a
 * folder that is not there, so that a deployment ends well without it; and of what is broken it names the first only.
 */
public final class ScriptLinter {
    private static final Pattern VERSIONED = Pattern.compile("([A-Z])([0-9][0-9._]*?)__(.+)");
    private static final Set<String> SETTINGS =
            Set.of("executeInTransaction", "encoding", "placeholderReplacement", "shouldExecute");
    private static final Set<String> YES_OR_NO = Set.of("executeInTransaction", "placeholderReplacement");

    private final Configuration configuration;
    private final List<String> problems = new ArrayList<>();

    private ScriptLinter(Configuration configuration) {
        this.configuration = configuration;
    }

    /**
     * Makes sure that Flyway can read all of them.
     *
     * @throws CommandFailure naming everything that is wrong
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
        List<Path> files = new ArrayList<>();
        for (Location location : configuration.getLocations()) {
            if (location.toString().startsWith("filesystem:")) {
                files.addAll(filesIn(Path.of(location.getRootPath())));
            }
        }
        List<Path> scripts = files.stream().filter(this::isScript).toList();
        scripts.forEach(this::checkName);
        scripts.forEach(this::checkText);
        checkVersions(scripts);
        files.stream()
                .filter(file -> isScript(withoutConf(file)) && !isScript(file))
                .forEach(this::checkSettings);
    }

    private List<Path> filesIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            problems.add(shown(folder) + ": there is no such folder (flyway.locations names it)");
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !Files.isDirectory(file)).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            problems.add(shown(folder) + ": cannot be read: " + e.getMessage());
            return List.of();
        }
    }

    private boolean isScript(Path file) {
        return Arrays.stream(configuration.getSqlMigrationSuffixes()).anyMatch(file.toString()::endsWith);
    }

    private static Path withoutConf(Path file) {
        return Path.of(file.toString().replaceFirst("\\.conf$", ""));
    }

    /** What begins like a migration and is none would never run. */
    private void checkName(Path script) {
        String name = name(script);
        boolean begins = name.matches("[VUB][0-9_].*|[VUB][^_]*__.*|R_.*");
        if (begins && !VERSIONED.matcher(name).matches() && !name.matches("R__.+")) {
            problems.add(shown(script)
                    + ": its name is not V<version>__<description>, U<version>__<description> or R__<description>");
        }
    }

    private void checkText(Path script) {
        Charset encoding = configuration.getEncoding();
        try (Reader text = Files.newBufferedReader(script, encoding)) {
            text.transferTo(Writer.nullWriter());
        } catch (CharacterCodingException e) {
            problems.add(shown(script) + ": is no text in " + encoding + " (flyway.encoding)");
        } catch (IOException e) {
            problems.add(shown(script) + ": cannot be read: " + FileProblem.of(e));
        }
    }

    private void checkVersions(List<Path> scripts) {
        Map<String, List<String>> claims = scripts.stream()
                .filter(script -> VERSIONED.matcher(name(script)).matches())
                .collect(groupingBy(ScriptLinter::claim, TreeMap::new, mapping(ScriptLinter::shown, toList())));
        claims.forEach((claim, files) -> {
            if (files.size() > 1) {
                problems.add(claim + " is there more than once: " + String.join(", ", files));
            }
        });
    }

    /** 1, 01 and 1.0 are the same version. */
    private static String claim(Path script) {
        Matcher versioned = VERSIONED.matcher(name(script));
        if (!versioned.matches()) {
            throw new IllegalArgumentException(script.toString());
        }
        String version = MigrationVersion.fromVersion(versioned.group(2)).getVersion();
        return versioned.group(1)
                + version.replaceAll("(^|\\.)0+(?=[0-9])", "$1").replaceFirst("(\\.0)+$", "");
    }

    private void checkSettings(Path file) {
        if (!Files.exists(withoutConf(file))) {
            problems.add(shown(file) + ": the script that it is for is not there: " + name(withoutConf(file)));
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
            problems.add(place + line + " is no setting of a script: "
                    + SETTINGS.stream().sorted().collect(joining(", ")));
        } else if (YES_OR_NO.contains(name) && !setting[1].strip().matches("true|false")) {
            problems.add(place + name + " is true or false, not " + setting[1].strip());
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
