package dbopt.health;

import dbopt.evidence.ObservationReader;
import dbopt.files.FileProblem;
import dbopt.files.Lines;
import dbopt.files.RegularFile;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The earlier runs on one database, oldest first. The file has one line of JSON for each run, and other databases may share
 * it.
 */
record History(List<Snapshot> snapshots) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_RUNS = 2000;
    private static final int MOST_WARNINGS = 5;
    private static final int LONGEST_ENTRY = 1024 * 1024;

    History {
        snapshots = List.copyOf(snapshots);
    }

    /**
     * Reads the runs on this database; none if the file does not exist yet.
     *
     * @param warning receives a message for each line that cannot be read, for example because a run was killed while it
     *     wrote the line
     */
    static History read(Path file, String database, Consumer<String> warning) {
        List<Snapshot> snapshots = new ArrayList<>();
        if (!Files.exists(file)) {
            return new History(snapshots);
        }
        List<String> warnings = new ArrayList<>();
        int known = 0;
        int skipped = 0;
        int number = 0;
        try (InputStream entries = RegularFile.read(file)) {
            Lines lines = new Lines(entries, LONGEST_ENTRY);
            for (String line = lines.next(); line != null; line = lines.next()) {
                number++;
                Optional<Snapshot> snapshot = snapshot(line);
                if (snapshot.isPresent() || ObservationReader.isObservation(line)) {
                    known++;
                } else if (!line.isBlank() && ++skipped <= MOST_WARNINGS) {
                    warnings.add("WARNING: line " + number + " of " + file
                            + " is not an entry of a history and is skipped.");
                }
                snapshot.filter(entry -> entry.database().equals(database)).ifPresent(entry -> add(snapshots, entry));
            }
        } catch (IOException e) {
            throw failure("read", file, FileProblem.of(e));
        }
        if (known == 0 && skipped > 0) {
            throw failure(
                    "used", file, "none of its lines is an entry of a history, so it is a different kind of file");
        }
        if (skipped > MOST_WARNINGS) {
            warnings.add("WARNING: " + (skipped - MOST_WARNINGS) + " more of its lines are skipped too.");
        }
        warnings.forEach(warning);
        return new History(snapshots);
    }

    /**
     * Adds a run. If there are already {@link #MOST_RUNS}, every other one is dropped, except the first run that counts a
     * target.
     */
    private static void add(List<Snapshot> runs, Snapshot run) {
        if (runs.size() >= MOST_RUNS) {
            List<Snapshot> kept = new ArrayList<>();
            Set<String> counted = new HashSet<>();
            for (int index = 0; index < runs.size(); index++) {
                boolean countsFirst = counted.addAll(runs.get(index).counters().keySet());
                if (index % 2 == 0 || countsFirst) {
                    kept.add(runs.get(index));
                }
            }
            runs.clear();
            runs.addAll(kept);
        }
        if (!runs.isEmpty()) {
            runs.set(runs.size() - 1, runs.get(runs.size() - 1).withoutFindings());
        }
        runs.add(run);
    }

    private static Optional<Snapshot> snapshot(String line) {
        try {
            return Optional.ofNullable(JSON.readValue(line, Snapshot.class));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** Appends a run to the file, which is created if it does not exist. */
    static void append(Path file, Snapshot snapshot) {
        try {
            String begin = endsInTheMiddleOfALine(file) ? "\n" : "";
            Files.writeString(
                    file,
                    begin + JSON.writeValueAsString(snapshot) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "The history file " + file + " cannot be written: " + FileProblem.of(e)
                            + ".\nNothing was changed in the database. If half an entry was written, the next run skips it.");
        }
    }

    private static boolean endsInTheMiddleOfALine(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return false;
        }
        try (SeekableByteChannel bytes = Files.newByteChannel(file)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            bytes.position(bytes.size() - 1).read(last);
            return last.get(0) != '\n';
        }
    }

    private static CommandFailure failure(String done, Path file, String why) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "The history file " + file + " cannot be " + done + ": " + why
                        + ".\nNothing was changed in the database, nor in the file.");
    }

    /**
     * Returns the report with each counted target as counted since the first run that recorded the target; unknown if no
     * earlier run did.
     */
    HealthReport since(HealthReport report) {
        List<TargetFigure> targets = report.targets().stream()
                .map(target -> target.counted() ? counted(target) : target)
                .toList();
        return new HealthReport(
                report.at(),
                report.server(),
                report.database(),
                report.standby(),
                report.results(),
                report.tables(),
                report.indexes(),
                targets,
                report.measures(),
                report.schemas(),
                report.deploys());
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
