package dbopt.audit;

import static java.util.Objects.requireNonNull;

import dbopt.accepted.AcceptedFindings;
import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.EverySchemaOption;
import dbopt.commandline.EvidenceOptions;
import dbopt.commandline.Target;
import dbopt.evidence.EvidenceFile;
import dbopt.findings.Audit;
import dbopt.findings.AuditReport;
import dbopt.fleet.Fleet;
import dbopt.fleet.FleetDatabase;
import dbopt.fleet.FleetOptions;
import dbopt.fleet.FleetReport;
import dbopt.scaffold.ScaffoldOptions;
import dbopt.scaffold.ScaffoldWriter;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.TerminalText;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code dbopt audit}. */
@Command(
        name = "audit",
        description = {
            "List every redundant index of a PostgreSQL database, with the proof.",
            "Reads only the catalog; works on a standby. Changes nothing."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Done.",
            "1:Findings at or over --fail-on.",
            "2:Wrong usage; nothing was done.",
            "3:The database could not be reached, refused, or cannot be judged; of --databases at least one."
        })
public final class AuditCommand implements Callable<Integer> {
    private static final int DONE = 0;
    private static final int FINDINGS = 1;

    /** The options that write files for one database, or name its indexes; they exclude {@code --databases}. */
    private static final List<String> OF_ONE_DATABASE = List.of(
            "--scaffold",
            "--index",
            "--accept",
            "--because",
            "--version",
            "--with-guard",
            "--plain",
            "--write-accepted",
            "--keep",
            "--rehearsal");

    /** The format of the report. */
    enum Format {
        TEXT,
        JSON;

        /** Returns the name as it is written on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final CommandContext context;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // picocli sets it
    private boolean help;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private FleetOptions databases = new FleetOptions();

    @Option(
            names = "--format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "Format of the report. Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Option(
            names = "--fail-on",
            paramLabel = "new|any",
            description =
                    "Exit with 1 if an index is proven redundant: any, or only one that --accepted does not name. Default: findings do not change the exit code.")
    private Optional<AuditFailOn> failOn = Optional.empty();

    @Option(
            names = "--accepted",
            paramLabel = "FILE",
            description =
                    "File of known findings: one index definition per line, as the report prints it; # begins a comment. They are recognised by table and definition, whatever the index is called.")
    private Optional<Path> accepted = Optional.empty();

    @Mixin
    private EvidenceOptions evidence;

    @Option(
            names = "--rehearsal",
            paramLabel = "FILE",
            description =
                    "Output of dbopt rehearse --format json: also report which statements use an index, and which plan they get without it.")
    private Optional<Path> rehearsal = Optional.empty();

    @Option(
            names = "--write-accepted",
            paramLabel = "FILE",
            description =
                    "Write what is proven redundant now into this file, for --accepted. Lines that are already there stay.")
    private Optional<Path> writeAccepted = Optional.empty();

    @Mixin
    private EverySchemaOption everySchema;

    @Mixin
    private ScaffoldOptions scaffold;

    @Option(
            names = "--keep",
            paramLabel = "NAME",
            description =
                    "Of equal copies, keep this one where the audit would keep another. Named as for --index. Repeatable.")
    private List<String> keep = List.of();

    public AuditCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    /** Audits one database or many. Whatever can be refused is refused before anything is printed or written. */
    @Override
    public Integer call() {
        Optional<Fleet> fleet = databases.fleet(context, connection, OF_ONE_DATABASE);
        scaffold.requireFolder();
        writeAccepted.ifPresent(AcceptedFindings::requireWritable);
        AcceptedFindings known = accepted.map(AcceptedFindings::read).orElse(AcceptedFindings.none());
        if (fleet.isPresent()) {
            return ofMany(fleet.get(), known);
        }
        Optional<ScaffoldWriter> writer = scaffold.writer(connection.project(context));
        Optional<EvidenceFile> observations = evidence.read(context.terminal()::progress);
        Optional<RehearsalFile> rehearsed = rehearsal.map(RehearsalFile::read);
        try (Target target = connection.open(context, false, context.terminal()::progress);
                Connection database = target.address().connect("dbopt audit");
                InterruptHandler ignored = InterruptHandler.cancelling(database)) {
            Audit.Result result = Audit.of(
                    database, writer.isPresent(), scaffold.isJudged(), keep, observations, everySchema.isGiven());
            Optional<String> written = writer.map(found -> found.write(result, database));
            print(rehearsed.map(file -> file.addedTo(result.report())).orElse(result.report()), known);
            tellUnreadable(result, context.terminal()::progress);
            written.ifPresent(context.terminal()::progress);
            writeAccepted
                    .map(file -> AcceptedFindings.add(file, result.report().definitions()))
                    .ifPresent(context.terminal()::progress);
            return fails(result.report(), known) ? FINDINGS : DONE;
        } catch (SQLException e) {
            throw impossible(e);
        }
    }

    private Integer ofMany(Fleet fleet, AcceptedFindings known) {
        FleetReport<AuditReport> found =
                fleet.ask(database -> look(database, fleet.progress(database)), new AuditSummary(known));
        switch (format) {
            case JSON -> context.terminal().result(writer -> found.writeJson(writer, AuditJsonReport::write));
            case TEXT -> context.terminal().styled(found.text(report -> text(report, known)));
        }
        if (!found.isIncomplete()) {
            tellNoLongerFound(
                    known,
                    found.reports()
                            .flatMap(report -> report.definitions().stream())
                            .toList());
        }
        return found.exitCode(report -> fails(report, known));
    }

    private AuditReport look(FleetDatabase one, Consumer<String> progress) {
        Optional<EvidenceFile> observations = evidence.readOf(one::observationsIn, progress);
        try (Connection database = one.address().connect("dbopt audit");
                InterruptHandler ignored = InterruptHandler.cancelling(database)) {
            Audit.Result result = Audit.of(database, false, false, List.of(), observations, everySchema.isGiven());
            tellUnreadable(result, progress);
            return result.report();
        } catch (SQLException e) {
            throw impossible(e);
        }
    }

    private static CommandFailure impossible(SQLException e) {
        return new CommandFailure(
                CommandFailure.Kind.UNREACHABLE,
                "The audit failed: " + ServerError.of(e).text() + "\nNothing was changed.",
                e);
    }

    private static void tellUnreadable(Audit.Result result, Consumer<String> progress) {
        if (!result.unreadable().isEmpty()) {
            progress.accept(
                    "Not judged, because a name or the definition is not valid text in this client's encoding:\n"
                            + TerminalText.some(result.unreadable()));
        }
    }

    private boolean fails(AuditReport report, AcceptedFindings known) {
        return failOn.filter(limit -> limit.fails(report, known)).isPresent();
    }

    /** The width of the terminal. */
    private int width() {
        return spec.usageMessage().autoWidth(true).width();
    }

    private String text(AuditReport report, AcceptedFindings known) {
        boolean coloured = spec.commandLine().getColorScheme().ansi().enabled();
        return AuditTextReport.of(report, known, coloured, coloured ? width() : Integer.MAX_VALUE);
    }

    private void print(AuditReport report, AcceptedFindings known) {
        switch (format) {
            case JSON -> context.terminal().result(writer -> AuditJsonReport.write(report, writer));
            case TEXT -> context.terminal().styled(text(report, known));
        }
        tellNoLongerFound(known, report.definitions());
    }

    private void tellNoLongerFound(AcceptedFindings known, List<String> found) {
        known.notFoundIn(found)
                .forEach(entry -> context.terminal().progress("Accepted, but no longer found: " + entry));
    }
}
