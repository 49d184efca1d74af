package dbopt.accepted;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import dbopt.files.AtomicFile;
import dbopt.files.BoundedFile;
import dbopt.files.FileProblem;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The known redundant indexes that a pipeline lets pass. They are read from a text file of index definitions, each on a line
 * of its own or, as the audit prints a {@code CASE}, on several lines. Empty lines and lines that begin with {@code #} or
 * {@code --} are comments. An index is recognised by its table and definition; its name may change.
 */
public final class AcceptedFindings {
    private static final Pattern BEGINNING =
            Pattern.compile("^\\s*create\\s+(unique\\s+)?index\\s", Pattern.CASE_INSENSITIVE);
    private static final Pattern COMMENT = Pattern.compile("^\\s*($|#|--)");

    private static final String HEAD =
            """
            # Redundant indexes that are known and stay for now, one definition after the other. Why each stays belongs beside it.
            """;

    private final List<IndexDefinition> definitions;
    private final Set<String> known;

    private AcceptedFindings(List<IndexDefinition> definitions) {
        this.definitions = List.copyOf(definitions);
        this.known = definitions.stream().map(IndexDefinition::withoutName).collect(toSet());
    }

    public static AcceptedFindings none() {
        return new AcceptedFindings(List.of());
    }

    /** Reads the file. Fails with the list of all lines that are not index definitions. */
    public static AcceptedFindings read(Path file) {
        try {
            return parse(file.toString(), BoundedFile.lines(file));
        } catch (IOException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "The accepted findings cannot be read from " + file + ": " + FileProblem.of(e)
                            + ".\nThe database was not contacted. The file has one index definition per line, as the audit prints it.",
                    e);
        }
    }

    /**
     * Adds the definitions that the file does not have, and returns the line to print about it. A missing file is created;
     * comments in an existing file stay.
     *
     * @param definitions the index definitions as the server prints them
     */
    public static String add(Path file, List<String> definitions) {
        boolean isNew = !Files.exists(file);
        AcceptedFindings known = isNew ? none() : read(file);
        List<String> added =
                definitions.stream().filter(found -> !known.contains(found)).toList();
        try {
            String before = isNew ? HEAD : Files.readString(file);
            String text = before.isEmpty() || before.endsWith("\n") ? before : before + "\n";
            if (isNew || !added.isEmpty()) {
                AtomicFile.write(
                        file, text + added.stream().map(found -> found + "\n").collect(joining()));
            }
        } catch (IOException e) {
            throw notWritten(file, e);
        }
        return "Accepted: %d added to %s, which now has %d"
                .formatted(added.size(), file, known.definitions.size() + added.size());
    }

    /** Fails if {@link #add} could not write to the file. Commands call this before their work. */
    public static void requireWritable(Path file) {
        try {
            AtomicFile.requireWritable(file);
        } catch (IOException e) {
            throw notWritten(file, e);
        }
        if (Files.exists(file)) {
            read(file);
        }
    }

    private static CommandFailure notWritten(Path file, IOException cause) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "The accepted findings cannot be written to %s: %s.\nNothing was changed."
                        .formatted(file, FileProblem.of(cause)),
                cause);
    }

    static AcceptedFindings parse(String file, List<String> lines) {
        List<IndexDefinition> definitions = new ArrayList<>();
        List<String> malformed = new ArrayList<>();
        StringBuilder definition = new StringBuilder();
        OpenEnds ends = new OpenEnds();
        int first = 0;
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1).replaceFirst("^\ufeff", "");
            boolean begins = BEGINNING.matcher(line).find() && !ends.isInQuotes();
            if (begins && ends.isOpen()) {
                malformed.add("line " + first + ": " + definition.toString().strip());
                definition.setLength(0);
                ends = new OpenEnds();
            }
            if (!ends.isInQuotes() && COMMENT.matcher(line).find()) {
                continue;
            }
            first = definition.isEmpty() ? number : first;
            definition.append(line).append('\n');
            ends.read(line);
            // a line that does not begin like a definition is malformed by itself, and takes no further lines
            if (!ends.isOpen() || (first == number && !begins)) {
                String statement = definition.toString().strip();
                String place = "line " + first + ": " + statement;
                IndexDefinition.parse(statement).ifPresentOrElse(definitions::add, () -> malformed.add(place));
                definition.setLength(0);
                ends = new OpenEnds();
            }
        }
        if (!definition.isEmpty()) {
            malformed.add("line " + first + ": " + definition.toString().strip());
        }
        if (!malformed.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "These lines of " + file + " are not index definitions:\n" + TerminalText.some(malformed)
                            + "\nThe database was not contacted. Write one per line, as the audit prints it: CREATE INDEX name ON schema.table USING btree (column)");
        }
        return new AcceptedFindings(definitions);
    }

    /**
     * Whether the file has an entry for this index, under any name.
     *
     * @param definition the index definition as the server prints it
     */
    public boolean contains(String definition) {
        return !known.isEmpty() && known.contains(IndexDefinition.of(definition).withoutName());
    }

    /** Returns the entries whose index is not among these definitions, each as its name and table. */
    public List<String> notFoundIn(List<String> found) {
        if (definitions.isEmpty()) {
            return List.of();
        }
        Set<String> present = found.stream()
                .map(definition -> IndexDefinition.of(definition).withoutName())
                .collect(toSet());
        return definitions.stream()
                .filter(definition -> !present.contains(definition.withoutName()))
                .map(definition -> definition.name() + " on " + definition.table())
                .toList();
    }
}
