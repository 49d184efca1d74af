package dbopt.fleet;

import dbopt.files.BoundedFile;
import dbopt.files.FileProblem;
import dbopt.server.DatabaseAddress;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the databases that a text file names, one per line: an optional name, then an address without a password. Empty
 * lines are skipped, and so is text after a {@code #}. No message repeats the text of a line, which may be a password.
 */
public final class FleetFile {
    private static final Pattern PASSWORD =
            Pattern.compile("^postgres(?:ql)?://[^/?#]*:[^/?#]*@|[?&][a-z]*password=", Pattern.CASE_INSENSITIVE);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    /** The most characters of a name, which becomes part of file names. */
    private static final int LONGEST_NAME = 100;

    private final String file;
    private final List<FleetDatabase> databases = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Integer> lines = new HashMap<>();

    private FleetFile(String file) {
        this.file = file;
    }

    /** Reads the file. Fails with the list of all lines that are wrong. */
    public static List<FleetDatabase> read(Path file) {
        try {
            return parse(file.toString(), BoundedFile.lines(file));
        } catch (IOException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "The databases cannot be read from " + file + ": " + FileProblem.of(e)
                            + ".\nNo database was contacted.",
                    e);
        }
    }

    static List<FleetDatabase> parse(String file, List<String> lines) {
        FleetFile found = new FleetFile(file);
        for (int number = 1; number <= lines.size(); number++) {
            found.add(number, lines.get(number - 1));
        }
        if (found.problems.isEmpty() && found.databases.isEmpty()) {
            found.problems.add("it names no database");
        }
        if (!found.problems.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "The databases cannot be read from " + file + ":\n" + TerminalText.some(found.problems)
                            + "\nNo database was contacted. Write one database per line: its name and its address, for example: orders jdbc:postgresql://db1.example.com:5432/orders?user=dbopt");
        }
        return List.copyOf(found.databases);
    }

    private void add(int number, String line) {
        List<String> words = Arrays.stream(
                        line.replaceFirst("(^|\\s)#.*", "").strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
        if (words.isEmpty()) {
            return;
        }
        Optional<String> problem = words.size() > 2
                ? Optional.of("it has more than a name and an address")
                : problem(words.get(words.size() - 1), words.size() == 2 ? words.get(0) : null, number);
        problem.ifPresent(what -> problems.add("line " + number + ": " + what));
    }

    private Optional<String> problem(String address, String name, int number) {
        if (name != null && !NAME.matcher(name).matches()) {
            return Optional.of(
                    "the name, which comes before the address, may hold letters, digits, dots, hyphens and underscores, and begins with a letter or a digit");
        }
        if (PASSWORD.matcher(address).find()) {
            return Optional.of(
                    "it holds a password: leave it out, and give it by DBOPT_PASSWORD_NAME, FLYWAY_PASSWORD or a .pgpass file");
        }
        DatabaseAddress parsed;
        try {
            parsed = DatabaseAddress.parse(address, "line " + number + " of " + file);
        } catch (CommandFailure e) {
            return Optional.of(e.getMessage()
                    .lines()
                    .findFirst()
                    .orElse("")
                    .replaceFirst("^.*? cannot be used: ", "the address cannot be used: "));
        }
        FleetDatabase database = new FleetDatabase(
                name != null ? name : new DatabaseAddress(parsed.url(), Optional.empty(), Optional.empty()).display(),
                parsed);
        String variable = database.variable();
        if (variable.isEmpty() || database.plainName().length() > LONGEST_NAME) {
            return Optional.of("it needs a name of at most %d characters before the address".formatted(LONGEST_NAME));
        }
        Integer earlier = lines.putIfAbsent(variable, number);
        if (earlier != null) {
            return Optional.of(
                    "its name differs from that of line %d only in case or punctuation: write another one before the address"
                            .formatted(earlier));
        }
        databases.add(database);
        return Optional.empty();
    }
}
