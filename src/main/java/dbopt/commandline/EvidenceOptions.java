package dbopt.commandline;

import dbopt.evidence.Evidence;
import dbopt.evidence.EvidenceFile;
import dbopt.terminal.CommandFailure;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/** The options that name a file of observations and say how long an index must be unused. */
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

    /** The file of observations that the option names; empty without the option. */
    public Optional<Path> file() {
        return evidence;
    }

    /**
     * Reads the file of observations if the option names one.
     *
     * @param warning receives a message for each line that cannot be read
     * @throws CommandFailure if the file cannot be read, or mixes several databases
     */
    public Optional<EvidenceFile> read(Consumer<String> warning) {
        return evidence.map(file -> EvidenceFile.read(file, evidenceDays, warning));
    }

    /**
     * Reads the observations of one of many databases from the folder that the option names.
     *
     * @param file returns the file of this database in the folder
     * @param warning receives a message for each line that cannot be read
     * @throws CommandFailure if the file cannot be read, or mixes several databases
     */
    public Optional<EvidenceFile> readOf(UnaryOperator<Path> file, Consumer<String> warning) {
        return evidence.map(file).map(own -> EvidenceFile.read(own, evidenceDays, warning));
    }
}
