package dbopt.evidence;

import static java.util.Objects.requireNonNull;

import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The observations of one database, by which its indexes are judged.
 *
 * @param atLeast for how long no node must have scanned an index before it is unused
 */
public record EvidenceFile(Path file, Evidence evidence, Duration atLeast) {
    public EvidenceFile {
        requireNonNull(file, "file is null");
        requireNonNull(evidence, "evidence is null");
        requireNonNull(atLeast, "atLeast is null");
    }

    /**
     * Reads a file of observations.
     *
     * @param days for how many days no node must have scanned an index before it is unused
     * @param warning receives a message about each line that cannot be read
     * @throws CommandFailure if the file cannot be read, or holds observations of several databases
     */
    public static EvidenceFile read(Path file, int days, Consumer<String> warning) {
        if (days < 1) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "--evidence-days must be a whole number of days, at least 1, not " + days
                            + ".\nNothing was changed.");
        }
        Evidence evidence = new Evidence();
        ObservationReader.read(file, evidence::add, warning);
        if (evidence.clusters().size() > 1) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "%s holds observations of more than one database, so it proves nothing about any of them:\n%s\nNothing was changed. Keep only the lines of one database."
                            .formatted(file, TerminalText.some(evidence.clusters())));
        }
        return new EvidenceFile(file, evidence, Duration.ofDays(days));
    }

    /**
     * Makes sure that the observations are of this database.
     *
     * @throws CommandFailure if the observations are of another database
     */
    public void requireOf(String cluster, String database) {
        if (!evidence.isOf(cluster, database)) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "%s holds observations of %s; this is cluster %s, database %s.\nNothing was changed. Observe this one: dbopt observe FILE"
                            .formatted(
                                    file,
                                    TerminalText.line(String.join(", ", evidence.clusters())),
                                    cluster,
                                    TerminalText.line(database)));
        }
    }
}
