package dbopt.maintain;

import dbopt.commandline.DurationConverter;
import dbopt.commandline.SizeConverter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options for the rebuilding of indexes. */
final class RebuildOptions {
    @Option(
            names = "--reindex",
            description =
                    "Then rebuild bloated indexes, concurrently, one at a time. Needs --rebuilds, except in a dry run.")
    private boolean reindex;

    @Option(
            names = "--rebuilds",
            paramLabel = "FILE",
            description =
                    "File that records each rebuild: what a crash left is then found and removed, and what did not help is not repeated.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--evidence",
            paramLabel = "FILE",
            description =
                    "Observations of dbopt observe: how much larger an index is for each row than at its best is one of the signs of bloat.")
    private Optional<Path> evidence = Optional.empty();

    @Option(
            names = "--measure",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description =
                    "Read indexes that may be bloated with pgstatindex, if pgstattuple is installed: at most this much in all, for example 20GB.")
    private Optional<Long> measure = Optional.empty();

    @Option(
            names = "--max-index-size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            defaultValue = "10GB",
            description = "Rebuild no index larger than this. Default: ${DEFAULT-VALUE}.")
    private long maxIndexBytes;

    @Option(
            names = "--start-between",
            paramLabel = "HOURS",
            converter = Hours.Converter.class,
            description =
                    "Start a rebuild only in these hours by this machine's clock, for example 22:00-05:00. Default: at any time.")
    private Optional<Hours> hours = Optional.empty();

    @Option(
            names = "--reindex-lock-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "5min",
            description =
                    "How long a rebuild waits, each time, for transactions that began before it; reads and writes go on meanwhile. Default: ${DEFAULT-VALUE}.")
    private Duration lockTimeout;

    boolean reindex() {
        return reindex;
    }

    /** Whether each index is judged by itself; otherwise bloated indexes are only listed. */
    boolean judge() {
        return reindex || measure.isPresent() || evidence.isPresent();
    }

    Optional<Path> file() {
        return file;
    }

    Optional<Path> evidence() {
        return evidence;
    }

    Optional<Long> measure() {
        return measure;
    }

    long maxIndexBytes() {
        return maxIndexBytes;
    }

    Optional<Hours> hours() {
        return hours;
    }

    Duration lockTimeout() {
        return lockTimeout;
    }
}
