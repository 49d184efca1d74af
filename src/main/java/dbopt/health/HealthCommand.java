package dbopt.health;

import static java.util.Objects.requireNonNull;

import dbopt.accepted.AcceptedFindings;
import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.EverySchemaOption;
import dbopt.commandline.Target;
import dbopt.files.AtomicFile;
import dbopt.files.FileProblem;
import dbopt.fleet.Fleet;
import dbopt.fleet.FleetDatabase;
import dbopt.fleet.FleetOptions;
import dbopt.fleet.FleetReport;
import dbopt.server.DatabaseAddress;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code dbopt health}. */
@Command(
        name = "health",
        description =
                "Report what needs attention: indexes, statistics, vacuum, and what holds vacuum back. Reads only.",
        mixinStandardHelpOptions = true)
public final class HealthCommand implements Callable<Integer> {
    /** The format of the report. */
    enum Format {
        text,
        json,
        html,
        prometheus
    }

    /** The lowest severity with which the exit code is 1. */
    enum FailOn {
        warning(Severity.WARNING),
        critical(Severity.CRITICAL);

        private final Severity severity;

        FailOn(Severity severity) {
            this.severity = severity;
        }
    }

    private final CommandContext context;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private FleetOptions databases = new FleetOptions();

    @Option(
            names = "--format",
            paramLabel = "text|json|html|prometheus",
            defaultValue = "text",
            description = "Format of the report. Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Write the report to this file, all at once, instead of to standard output.")
    private Optional<Path> output = Optional.empty();

    @Option(
            names = "--history",
            paramLabel = "FILE",
            description = "Append this run to the file, and report trends and counted targets from the earlier runs.")
    private Optional<Path> historyFile = Optional.empty();

    @Option(
            names = "--evidence",
            paramLabel = "FILE",
            description =
                    "Observations of dbopt observe: also report which indexes are larger for each row than at their best, and since when. With --databases: the folder that observe has filled.")
    private Optional<Path> evidence = Optional.empty();

    @Option(
            names = "--accepted",
            paramLabel = "FILE",
            description =
                    "File of known redundant indexes: one index definition per line, as for audit. They are counted, but are not findings.")
    private Optional<Path> acceptedFile = Optional.empty();

    @Mixin
    private EverySchemaOption everySchema;

    @Option(
            names = "--fail-on",
            paramLabel = "warning|critical",
            description = "Exit with 1 if a finding has this severity or higher.")
    private Optional<FailOn> failOn = Optional.empty();

    public HealthCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    @Override
    public Integer call() {
        Optional<Fleet> fleet = databases.fleet(context, connection, List.of());
        requireWritable();
        AcceptedFindings accepted = acceptedFile.map(AcceptedFindings::read).orElse(AcceptedFindings.none());
        return fleet.isPresent() ? ofMany(fleet.get(), accepted) : ofOne(accepted);
    }

    private int ofOne(AcceptedFindings accepted) {
        try (Target target = connection.open(context, false, context.terminal()::progress)) {
            String database = target.display();
            History history = history(database, context.terminal()::progress);
            HealthReport report = added(
                    read(target.address(), database, accepted, evidence, context.terminal()::progress, this::tell),
                    history);
            write(text(report, history));
            tellNoLongerFound(List.of(report), accepted);
            return fails(report) ? 1 : 0;
        } finally {
            context.terminal().clear();
        }
    }

    private int ofMany(Fleet fleet, AcceptedFindings accepted) {
        FleetReport<HealthReport> found =
                fleet.ask(one -> look(one, accepted, fleet.progress(one)), new HealthSummary());
        String text =
                switch (format) {
                    case text -> found.text(report -> HealthTextReport.of(report, width()));
                    case json -> HealthJsonReport.of(found);
                    case html -> HealthHtmlReport.of(found);
                    case prometheus -> PrometheusReport.of(found);
                };
        write(text);
        if (!found.isIncomplete()) {
            tellNoLongerFound(found.reports().toList(), accepted);
        }
        return found.exitCode(this::fails);
    }

    private HealthReport look(FleetDatabase one, AcceptedFindings accepted, Consumer<String> progress) {
        String database = one.address().display();
        History history = history(database, progress);
        return added(
                read(one.address(), database, accepted, evidence.map(one::observationsIn), progress, step -> {}),
                history);
    }

    private History history(String database, Consumer<String> warning) {
        return historyFile.map(file -> History.read(file, database, warning)).orElse(new History(List.of()));
    }

    /**
     * Adds this run to the history file. Databases are examined in parallel and may share the file, so one writes after the
     * other.
     */
    private HealthReport added(HealthReport counted, History history) {
        synchronized (this) {
            historyFile.ifPresent(file -> History.append(file, Snapshot.of(counted)));
        }
        return history.since(counted);
    }

    private boolean fails(HealthReport report) {
        return failOn.filter(limit -> report.status().compareTo(limit.severity) <= 0)
                .isPresent();
    }

    private HealthReport read(
            DatabaseAddress address,
            String database,
            AcceptedFindings accepted,
            Optional<Path> observations,
            Consumer<String> warning,
            Consumer<String> step) {
        try (Connection asked = address.connect("dbopt health");
                InterruptHandler ignored = InterruptHandler.cancelling(asked)) {
            return new ReportReader(
                            asked,
                            new Queries(context.sql(), connection.project(context)),
                            accepted,
                            observations,
                            everySchema.isGiven(),
                            warning,
                            step)
                    .read(database, Instant.now().truncatedTo(ChronoUnit.SECONDS));
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "The report failed: " + ServerError.of(e).text() + "\nNothing was changed.",
                    e);
        }
    }

    private void tellNoLongerFound(List<HealthReport> reports, AcceptedFindings accepted) {
        List<CheckResult> results =
                reports.stream().flatMap(report -> report.results().stream()).toList();
        if (results.stream()
                .noneMatch(result ->
                        result.check().name().equals("redundant_indexes") && result.status() == Severity.UNKNOWN)) {
            accepted.notFoundIn(results.stream()
                            .flatMap(result -> result.accepted().stream())
                            .toList())
                    .forEach(entry -> context.terminal().progress("Accepted, but no longer found: " + entry));
        }
    }

    /** Shows the running check on a terminal only, where the next line overwrites it: each check takes just an instant. */
    private void tell(String step) {
        if (context.terminal().interactive()) {
            context.terminal().passing(step + " ...");
        }
    }

    /** The width of the terminal; no limit for a file or another program, whose lines are not wrapped. */
    private int width() {
        return output.isEmpty() && spec.commandLine().getColorScheme().ansi().enabled()
                ? spec.usageMessage().autoWidth(true).width()
                : Integer.MAX_VALUE;
    }

    private String text(HealthReport report, History history) {
        return switch (format) {
            case text -> HealthTextReport.of(report, width());
            case json -> HealthJsonReport.of(report);
            case html -> HealthHtmlReport.of(report, history);
            case prometheus -> PrometheusReport.of(report);
        };
    }

    /** Writes the report. A file is replaced all at once, so a reader such as a metrics collector never sees half a report. */
    private void write(String text) {
        if (output.isEmpty()) {
            context.terminal().result(text);
            return;
        }
        try {
            AtomicFile.write(output.get(), text);
        } catch (IOException e) {
            throw cannotBeWritten(e);
        }
    }

    private void requireWritable() {
        try {
            if (output.isPresent()) {
                AtomicFile.requireWritable(output.get());
            }
        } catch (IOException e) {
            throw cannotBeWritten(e);
        }
    }

    private CommandFailure cannotBeWritten(IOException why) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "The report cannot be written to "
                        + output.map(Path::toAbsolutePath).orElseThrow() + ": " + FileProblem.of(why)
                        + ".\nNothing was changed in the database.",
                why);
    }
}
