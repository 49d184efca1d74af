package dbopt.maintain;

import dbopt.commandline.DurationConverter;
import dbopt.commandline.SizeConverter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What the rebuilding of indexes may do. */
final class RebuildOptions {
    @Option(
            names = "--reindex",
            description =
                    "then rebuild bloated indexes, concurrently and one at a time; needs --rebuilds, unless it is a dry run")
    private boolean reindex;

    @Option(
            names = "--rebuilds",
            paramLabel = "FILE",
            description =
                    "note each rebuild there: what a crash left is then known and cleared away, and what did not help is not repeated")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--evidence",
            paramLabel = "FILE",
            description =
                    "the observations of dbopt observe: how much larger an index is for each row than at its best is one of the signs")
    private Optional<Path> evidence = Optional.empty();

    @Option(
            names = "--measure",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description =
                    "read indexes that may be bloated with pgstatindex, if pgstattuple is installed: no more than this in all, for example 20GB")
    private Optional<Long> measure = Optional.empty();

    @Option(
            names = "--max-index-size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            defaultValue = "10GB",
            description = "rebuild no larger index (default: ${DEFAULT-VALUE})")
    private long maxIndexBytes;

    @Option(
            names = "--start-between",
            paramLabel = "HOURS",
            converter = Hours.Converter.class,
            description =
                    "start a rebuild only in these hours by this machine's clock, for example 22:00-05:00 (default: at any time)")
    private Optional<Hours> hours = Optional.empty();

    @Option(
            names = "--reindex-lock-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "5min",
            description =
                    "how long a rebuild waits each time for transactions that began before it; nobody waits for it meanwhile (default: ${DEFAULT-VALUE})")
    private Duration lockTimeout;

    boolean reindex() {
        return reindex;
    }

    /** Whether the indexes are judged one by one, and not only listed. */
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
