package dbopt.plans;

import static java.util.Objects.requireNonNull;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.ReportFormat;
import dbopt.commandline.Target;
import dbopt.queries.FailOn;
import dbopt.queries.WatchList;
import dbopt.queries.WatchedQuery;
import dbopt.terminal.CommandFailure;
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

/** The command {@code dbopt plans compare}. */
@Command(
        name = "compare",
        description = {
            "Compare the current plans with recorded ones. Changes nothing in the database.",
            "Queries that were run for the recording are run again."
        },
        mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
    private static final int DONE = 0;
    private static final int FINDINGS = 1;

    private final CommandContext context;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private RunOptions options;

    @Parameters(paramLabel = "FILE", description = "File that dbopt plans record wrote.")
    private Path file;

    @Option(
            names = "--format",
            paramLabel = "text|json|html",
            defaultValue = "text",
            description = "Format of the report. Default: ${DEFAULT-VALUE}.")
    private ReportFormat format;

    @Option(
            names = "--fail-on",
            paramLabel = "sequential|more-work|changed",
            description =
                    "Exit with 1 if a query turned sequential, needs more work, or has another plan at all. Each value includes those before it, and queries that could not be compared. Default: findings do not change the exit code.")
    private FailOn failOn;

    @Option(
            names = "--bound",
            paramLabel = "TIMES",
            defaultValue = "1.25",
            description = {
                "Up to this many times the buffers count as equal work, unless the query's file states its own bound.",
                "Whatever the ratio, 2 more buffers are noise, and so are 32 in a query whose file says \"-- Called: seldom\". Default: ${DEFAULT-VALUE}."
            })
    private double bound;

    CompareCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    @Override
    public Integer call() throws SQLException {
        if (!(bound >= 1)) {
            throw new CommandFailure(CommandFailure.Kind.USAGE, "--bound must be at least 1. Nothing was run.");
        }
        int runs = options.runs();
        Recording before = RecordingFile.read(file);
        List<WatchedQuery> queries = WatchList.of(context.sql(), connection.project(context));
        PlanComparison comparison = PlanComparison.of(before, now(before, queries, runs), queries, bound);
        context.terminal().clear();
        context.terminal()
                .result(
                        switch (format) {
                            case TEXT -> PlansTextReport.of(comparison);
                            case JSON -> PlansJsonReport.of(comparison);
                            case HTML -> PlansHtmlReport.of(comparison);
                        });
        return failOn != null
                        && failOn.fails(comparison.changes().stream()
                                .map(PlanChange::verdict)
                                .toList())
                ? FINDINGS
                : DONE;
    }

    private Recording now(Recording before, List<WatchedQuery> queries, int runs) throws SQLException {
        try (Target target = connection.open(context, false, context.terminal()::progress);
                Connection database = target.address().connect("dbopt plans");
                InterruptHandler ignored = InterruptHandler.cancelling(database)) {
            return new Recorder(database, runs, context.terminal()::passing).record(queries, measured(before));
        }
    }

    /**
     * Returns what to run: the same as for the recording, but queries that write only if this command has
     * {@code --with-writes}, too.
     */
    private Recording.Measured measured(Recording before) {
        return before.measured() == Recording.Measured.EVERYTHING && !options.withWrites()
                ? Recording.Measured.READS
                : before.measured();
    }
}
