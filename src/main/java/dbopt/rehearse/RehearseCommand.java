package dbopt.rehearse;

import static java.util.Objects.requireNonNull;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.DurationConverter;
import dbopt.commandline.ReportFormat;
import dbopt.commandline.Target;
import dbopt.project.ProgressLog;
import dbopt.queries.FailOn;
import dbopt.rehearse.Fidelity.Pair;
import dbopt.server.DatabaseAddress;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.twin.Twin;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code dbopt rehearse}. */
@Command(
        name = "rehearse",
        description = {
            "Plan the application's statements without some indexes, on a twin of the database without data, on this machine.",
            "The database is only read. Its statistics go into the twin; they hold values of the data, and are removed at the end."
        },
        mixinStandardHelpOptions = true)
public final class RehearseCommand implements Callable<Integer> {
    private static final int DONE = 0;
    private static final int FINDINGS = 1;

    private final CommandContext context;

    @Mixin
    private ConnectionOptions connection;

    @Option(
            names = "--without",
            paramLabel = "INDEX",
            description =
                    "Rehearse without this index. Repeatable. Default: the indexes that the pending migrations drop.")
    private List<String> without = new ArrayList<>();

    @Option(
            names = "--proposed",
            paramLabel = "FILE",
            description =
                    "Rehearse without every index that the audit proposes to drop. The file is the output of dbopt audit --format json, with or without --evidence.")
    private Optional<Path> proposed = Optional.empty();

    @Option(
            names = "--statements",
            description = "Rehearse the statements that pg_stat_statements has counted, instead of db/queries.")
    private boolean statements;

    @Option(
            names = "--check",
            description =
                    "Also plan db/queries on the database, and report how many plans and estimates are the same in the twin.")
    private boolean check;

    @Option(
            names = "--twin",
            paramLabel = "ADDRESS",
            description =
                    "Create the twin on this empty server, as its superuser, where no embedded one can run. Written as for --url.")
    private Optional<String> given = Optional.empty();

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
                    "Exit with 1 if a statement would turn sequential, need more work, or get another plan at all. Each value includes those before it and, of db/queries, what is unknown.")
    private Optional<FailOn> failOn = Optional.empty();

    @Option(
            names = "--bound",
            paramLabel = "TIMES",
            defaultValue = "1.25",
            description =
                    "Up to this many times the cost count as equal work, unless the query's file states its own bound. Default: ${DEFAULT-VALUE}.")
    private double bound;

    @Option(
            names = "--max-duration",
            paramLabel = "TIME",
            defaultValue = "10min",
            converter = DurationConverter.class,
            description =
                    "How long the planning may take; what is not reached by then is unknown. Default: ${DEFAULT-VALUE}.")
    private Duration maxDuration;

    public RehearseCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    @Override
    public Integer call() {
        requireSense();
        List<String> named = new ArrayList<>(without);
        proposed.map(ProposedDrops::in).ifPresent(named::addAll);
        ProgressLog.install(context.terminal());
        try (Target target = connection.open(context, false, context.terminal()::progress)) {
            List<String> indexes = check || !without.isEmpty() || proposed.isPresent()
                    ? named
                    : PendingDrops.of(connection.project(context), target.address());
            if (!check && indexes.isEmpty()) {
                context.terminal()
                        .result(
                                proposed.isPresent()
                                        ? "The audit proposes to drop no index: there is nothing to rehearse."
                                        : "No pending migration drops an index: there is nothing to rehearse. Name indexes: --without INDEX, or --proposed FILE for all that the audit proposes");
                return DONE;
            }
            try (Connection source = target.address().connect("dbopt rehearse");
                    InterruptHandler ignored = InterruptHandler.cancelling(source)) {
                return check ? check(source) : rehearse(source, indexes);
            } catch (SQLException e) {
                throw new CommandFailure(
                        InterruptHandler.interrupted() ? CommandFailure.Kind.FAILED : CommandFailure.Kind.UNREACHABLE,
                        "The rehearsal failed: "
                                + (InterruptHandler.interrupted()
                                        ? "you interrupted it"
                                        : ServerError.of(e).text())
                                + "\nNothing was changed, and the twin is removed.",
                        e);
            } finally {
                context.terminal().clear();
            }
        }
    }

    private void requireSense() {
        if (!(bound >= 1)) {
            throw new CommandFailure(CommandFailure.Kind.USAGE, "--bound must be at least 1. Nothing was rehearsed.");
        }
        if (check && format != ReportFormat.TEXT) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE, "--check prints text only: leave out --format. Nothing was rehearsed.");
        }
        if (check && (statements || !without.isEmpty() || proposed.isPresent() || failOn.isPresent())) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "--check compares the plans of db/queries as they are, on the database and in the twin, and nothing else: leave out --statements, --without, --proposed and --fail-on."
                            + " (A text of pg_stat_statements is never planned on the database: planning can run code.) Nothing was rehearsed.");
        }
    }

    private int rehearse(Connection source, List<String> indexes) throws SQLException {
        Workload workload = statements
                ? Workload.counted(source, context.sql())
                : Workload.watched(context.sql(), connection.project(context));
        try (Twin made = twin(source);
                Connection twin = made.connect()) {
            Rehearsal rehearsal = new RehearsalRun(twin, made, InstantSource.system(), context.terminal()::passing)
                    .run(
                            workload,
                            context.sql(),
                            stage -> stage.named(indexes, !without.isEmpty()),
                            bound,
                            maxDuration);
            context.terminal().clear();
            context.terminal()
                    .result(
                            switch (format) {
                                case TEXT -> RehearsalTextReport.of(rehearsal);
                                case JSON -> RehearsalJsonReport.of(rehearsal);
                                case HTML -> RehearsalHtmlReport.of(rehearsal);
                            });
            return failOn.filter(limit -> limit.fails(rehearsal.verdictsThatCount()))
                            .isPresent()
                    ? FINDINGS
                    : DONE;
        }
    }

    private int check(Connection source) throws SQLException {
        List<WorkloadStatement> queries =
                Workload.watched(context.sql(), connection.project(context)).statements();
        try (Twin made = twin(source);
                Connection twin = made.connect()) {
            Explainer here = new Explainer(source);
            Explainer there = new Explainer(twin);
            List<Pair> pairs = new ArrayList<>();
            for (WorkloadStatement query : queries) {
                context.terminal().passing("Planning " + query.name());
                pairs.add(Pair.of(query, here.plan(query), there.plan(query)));
            }
            context.terminal().clear();
            context.terminal().result(new Fidelity(twin.getMetaData().getDatabaseProductVersion(), pairs).text());
            made.notes().forEach(note -> context.terminal().result("Note: " + note));
            return DONE;
        }
    }

    private Twin twin(Connection source) throws SQLException {
        return Twin.of(
                source,
                context.sql(),
                context.environment(),
                given.map(address -> DatabaseAddress.parse(address, "--twin")),
                context.terminal()::passing);
    }
}
