package dbopt.plans;

import static java.util.Objects.requireNonNull;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.Target;
import dbopt.queries.WatchList;
import dbopt.queries.WatchedQuery;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.Count;
import dbopt.terminal.InterruptHandler;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code dbopt plans record}. */
@Command(
        name = "record",
        description = "Write the plans of the watched queries to a file. Changes nothing in the database.",
        mixinStandardHelpOptions = true)
final class RecordCommand implements Callable<Integer> {
    private final CommandContext context;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private RunOptions options;

    @Parameters(paramLabel = "FILE", description = "File to write; an existing file is replaced.")
    private Path file;

    @Option(
            names = "--analyze",
            description = "Run the queries that read, in a read-only transaction, to measure their buffers and time.")
    private boolean analyze;

    RecordCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    @Override
    public Integer call() throws SQLException {
        Recording.Measured measured = measured();
        int runs = options.runs();
        List<WatchedQuery> queries = WatchList.of(context.sql(), connection.project(context));
        RecordingFile.requireWritable(file);
        try (Target target = connection.open(context, false, context.terminal()::progress);
                Connection database = target.address().connect("dbopt plans");
                InterruptHandler ignored = InterruptHandler.cancelling(database)) {
            RecordingFile.write(
                    file, new Recorder(database, runs, context.terminal()::passing).record(queries, measured));
        }
        context.terminal().clear();
        context.terminal()
                .result("Recorded the plans of " + Count.of(queries.size(), "query", "queries") + " in " + file
                        + ". Compare later: dbopt plans compare " + file);
        return 0;
    }

    private Recording.Measured measured() {
        if (options.withWrites() && !analyze) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "--with-writes runs queries, and without --analyze none is run: add --analyze. Nothing was run.");
        }
        if (!analyze) {
            return Recording.Measured.NOTHING;
        }
        return options.withWrites() ? Recording.Measured.EVERYTHING : Recording.Measured.READS;
    }
}
