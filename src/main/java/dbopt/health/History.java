package dbopt.health;

import dbopt.database.CommandFailure;
import dbopt.database.FileProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        List<String> skipped = new ArrayList<>();
        int entries = 0;
        int number = 0;
        for (String line : lines(file)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            Optional<Snapshot> snapshot = snapshot(line);
            entries += snapshot.isPresent() ? 1 : 0;
            if (snapshot.isEmpty()) {
                skipped.add("WARNING: line " + number + " of " + file + " is no entry of a history, and is skipped.");
            }
            snapshot.filter(entry -> entry.database().equals(database)).ifPresent(snapshots::add);
        }
        if (entries == 0 && !skipped.isEmpty()) {
            throw failure("used", file, "none of its lines is an entry of a history, so it is another file");
        }
        skipped.forEach(warning);
        return new History(snapshots);
    }

    /** What a crash has left in place of a letter spoils its line only. */
    private static List<String> lines(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw failure("read", file, FileProblem.of(e));
        }
    }

    private static Optional<Snapshot> snapshot(String line) {
        try {
            return Optional.ofNullable(JSON.readValue(line, Snapshot.class));
        } catch (JacksonException e) {
            return Optional.empty();
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
            throw failure("written", file, FileProblem.of(e));
        }
    }

    private static boolean endsInTheMiddleOfALine(Path file) throws IOException {
        return Files.exists(file)
                && Files.size(file) > 0
                && !new String(Files.readAllBytes(file), StandardCharsets.UTF_8).endsWith("\n");
    }

    private static CommandFailure failure(String done, Path file, String why) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "The history file " + file + " cannot be " + done + ": " + why
                        + ".\nNothing was changed in the database, nor in the file.");
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
