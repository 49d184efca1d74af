package dbopt.evidence;

import dbopt.files.FileProblem;
import dbopt.files.Lines;
import dbopt.files.RegularFile;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a file of observations, oldest first. Each observation is a line of JSON, which after a node's first line holds only
 * what has changed. The file may hold the runs of {@code dbopt health --history} too.
 */
public final class ObservationReader {
    static final int FORMAT = 1;
    static final JsonMapper JSON = JsonMapper.builder().build();
    static final Changes<IndexCounters> INDEXES = new Changes<>(JSON, IndexCounters.class, IndexCounters::id);
    static final Changes<TableCounters> TABLES = new Changes<>(JSON, TableCounters.class, TableCounters::id);
    static final Changes<StatementCounters> STATEMENTS =
            new Changes<>(JSON, StatementCounters.class, StatementCounters::id);

    private static final String BEGINNING = "{\"observation\":";
    private static final int LONGEST_LINE = 256 * 1024 * 1024;
    private static final int MOST_WARNINGS = 5;

    private final Map<String, Node> nodes = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private int observations;

    /** The counters of a node in its last observation. */
    static final class Node {
        private final Map<String, IndexCounters> indexes = new HashMap<>();
        private final Map<String, TableCounters> tables = new HashMap<>();
        private final Map<String, StatementCounters> statements = new HashMap<>();
        private NodeState state;
        private String line;

        NodeState state() {
            return state;
        }

        /** Returns the identifier of the line that holds the node's last observation. */
        String line() {
            return line;
        }

        Map<String, IndexCounters> indexes() {
            return indexes;
        }

        Map<String, TableCounters> tables() {
            return tables;
        }

        Map<String, StatementCounters> statements() {
            return statements;
        }

        private Observation next(JsonNode entry) {
            line = entry.required("line").asString();
            state = JSON.treeToValue(entry.required("state"), NodeState.class);
            INDEXES.apply(entry.required("indexes"), entry.required("indexesGone"), indexes);
            TABLES.apply(entry.required("tables"), entry.required("tablesGone"), tables);
            STATEMENTS.apply(entry.required("statements"), entry.required("statementsGone"), statements);
            return new Observation(
                    state,
                    List.copyOf(indexes.values()),
                    List.copyOf(tables.values()),
                    JSON.treeToValue(entry.required("statementSource"), StatementSource.class),
                    List.copyOf(statements.values()));
        }
    }

    /** Whether a line of the file is an observation, and not an entry of another kind. */
    public static boolean isObservation(String line) {
        return line.startsWith(BEGINNING);
    }

    /**
     * Reads every observation in the order of the file.
     *
     * @param each receives the observations
     * @param warning receives a message about each line that cannot be read, for example because the disk was full when it was
     *     written
     * @throws CommandFailure if the file cannot be read, or holds no observation
     */
    public static void read(Path file, Consumer<Observation> each, Consumer<String> warning) {
        ObservationReader reader = new ObservationReader();
        try (InputStream lines = RegularFile.read(file)) {
            reader.lines(lines, file, each, warning);
        } catch (IOException e) {
            throw failure(file, FileProblem.of(e), e);
        }
        if (reader.observations == 0) {
            throw failure(file, "none of its lines is an observation of dbopt observe", null);
        }
    }

    void lines(InputStream file, Path name, Consumer<Observation> each, Consumer<String> warning) throws IOException {
        Lines lines = new Lines(file, LONGEST_LINE);
        int number = 0;
        for (String line = lines.next(); line != null; line = lines.next()) {
            number++;
            try {
                observation(line).ifPresent(observation -> {
                    observations++;
                    each.accept(observation);
                });
            } catch (JacksonException | NullPointerException | ClassCastException e) {
                warnings.add(
                        "line " + number + " of " + name
                                + " is not a complete observation and is skipped: writing it was interrupted, or it was edited.");
            } catch (UnusableLineException e) {
                warnings.add("line " + number + " of " + name + " " + e.getMessage());
            }
        }
        warnings.stream().limit(MOST_WARNINGS).forEach(text -> warning.accept("WARNING: " + text));
        if (warnings.size() > MOST_WARNINGS) {
            warning.accept("WARNING: " + (warnings.size() - MOST_WARNINGS) + " more of its lines are skipped too.");
        }
    }

    /** Reads the observation in a line; empty for an entry of another kind. */
    private Optional<Observation> observation(String line) {
        if (!isObservation(line)) {
            if (!line.isBlank()) {
                JSON.readValue(line, ObjectNode.class);
            }
            return Optional.empty();
        }
        JsonNode entry = JSON.readTree(line).required("observation");
        if (entry.required("format").asInt() != FORMAT) {
            throw new UnusableLineException("is in the format of another version of dbopt, and is skipped.");
        }
        String name = entry.required("state").required("node").asString();
        JsonNode previous = entry.required("previous");
        if (previous.isNull()) {
            nodes.put(name, new Node());
        } else if (!nodes.containsKey(name) || !nodes.get(name).line().equals(previous.asString())) {
            nodes.remove(name);
            throw new UnusableLineException(
                    "holds changes since a line that does not precede it in the file, and is skipped.");
        }
        try {
            return Optional.of(nodes.get(name).next(entry));
        } catch (JacksonException | NullPointerException | ClassCastException e) {
            nodes.remove(name);
            throw e;
        }
    }

    /** Returns the last observation of the node; empty if there is none that the next line can build on. */
    Optional<Node> node(String name) {
        return Optional.ofNullable(nodes.get(name));
    }

    /** Returns the state of each node in its last observation. */
    List<NodeState> states() {
        return nodes.values().stream().map(Node::state).toList();
    }

    private static CommandFailure failure(Path file, String why, IOException cause) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "The file of observations " + file + " cannot be read: " + why
                        + ".\nNothing was changed in the database, nor in the file.",
                cause);
    }

    /** A line that is complete, but cannot be used. */
    private static final class UnusableLineException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnusableLineException(String message) {
            super(message);
        }
    }
}
