package dbopt.commandline;

import dbopt.evidence.Evidence;
import dbopt.evidence.EvidenceFile;
import dbopt.terminal.CommandFailure;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/** The options that name the observations to judge by. */
public final class EvidenceOptions {
    @Option(
            names = "--evidence",
            paramLabel = "FILE",
            description =
                    "Observations of dbopt observe: also report which indexes no node has scanned, for how long, and what is missing to prove it of others. With --databases: the folder that observe has filled.")
    private Optional<Path> evidence = Optional.empty();

    @Option(
            names = "--evidence-days",
            paramLabel = "N",
            defaultValue = "" + Evidence.DAYS,
            description =
                    "With --evidence: how many days without a scan make an index unused. Default: ${DEFAULT-VALUE}.")
    private int evidenceDays;

    /** The file that is named; empty if none is. */
    public Optional<Path> file() {
        return evidence;
    }

    /**
     * Reads the file, if one is named.
     *
     * @param warning receives each line that cannot be read
     * @throws CommandFailure when it cannot be read, or is not of one database
     */
    public Optional<EvidenceFile> read(Consumer<String> warning) {
        return evidence.map(file -> EvidenceFile.read(file, evidenceDays, warning));
    }

    /**
     * Reads the observations of one of many databases; then the option names the folder that holds them.
     *
     * @param file the database's own file in a folder
     * @param warning receives each line that cannot be read
     * @throws CommandFailure when it cannot be read, or is not of one database
     */
    public Optional<EvidenceFile> readOf(UnaryOperator<Path> file, Consumer<String> warning) {
        return evidence.map(file).map(own -> EvidenceFile.read(own, evidenceDays, warning));
    }
}
