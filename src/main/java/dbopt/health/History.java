package dbopt.health;

import dbopt.database.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The earlier runs on one database, oldest first: a line of JSON each, in a file that other databases may share. */
record History(List<Snapshot> snapshots) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    History {
        snapshots = List.copyOf(snapshots);
    }

    /**
     * Reads the runs on this database; none if the file does not exist yet.
     *
     * @param warning told of each line that cannot be read, for example because a run was killed while it wrote it
     */
    static History read(Path file, String database, Consumer<String> warning) {
        List<Snapshot> snapshots = new ArrayList<>();
        if (!Files.exists(file)) {
            return new History(snapshots);
        }
        try {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                try {
                    Snapshot snapshot = JSON.readValue(line, Snapshot.class);
                    if (snapshot.database().equals(database)) {
                        snapshots.add(snapshot);
                    }
                } catch (JacksonException e) {
                    warning.accept(
                            "WARNING: line " + number + " of " + file + " is no entry of a history, and is skipped.");
                }
            }
            return new History(snapshots);
        } catch (IOException e) {
            throw failure("read", file, e);
        }
    }

    /** Adds a run to the file, and makes the file if there is none. */
    static void append(Path file, Snapshot snapshot) {
        try {
            String begin = endsInTheMiddleOfALine(file) ? "\n" : "";
            Files.writeString(
                    file,
                    begin + JSON.writeValueAsString(snapshot) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw failure("written", file, e);
        }
    }

    private static boolean endsInTheMiddleOfALine(Path file) throws IOException {
        return Files.exists(file)
                && Files.size(file) > 0
                && !Files.readString(file).endsWith("\n");
    }

    private static CommandFailure failure(String done, Path file, IOException cause) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "The history file " + file + " cannot be " + done + " ("
                        + cause.getClass().getSimpleName() + ").\nNothing was changed in the database.",
                cause);
    }

    /** The report with its counted targets as from the first run on; unknown while this is the first. */
    Report since(Report report) {
        List<TargetFigure> targets = report.targets().stream()
                .map(target -> target.counted() ? counted(target) : target)
                .toList();
        return new Report(
                report.at(),
                report.server(),
                report.database(),
                report.results(),
                report.tables(),
                report.indexes(),
                targets);
    }

    private TargetFigure counted(TargetFigure target) {
        return snapshots.stream()
                .map(Snapshot::counters)
                .filter(counters -> counters.containsKey(target.target()))
                .findFirst()
                .map(counters -> target.since(counters.get(target.target())))
                .orElseGet(target::notCounted);
    }
}
