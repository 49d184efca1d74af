package dbopt.audit;

import static java.util.Objects.requireNonNull;

import dbopt.accepted.AcceptedFindings;
import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.EverySchemaOption;
import dbopt.commandline.EvidenceOptions;
import dbopt.commandline.Target;
import dbopt.evidence.EvidenceFile;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dbopt audit}. */
@Command(
        name = "audit",
        description = {
            "Every redundant index of a PostgreSQL database, with the proof.",
            "Reads only the catalog, also on a standby. Nothing is changed."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:Done.",
            "1:Findings at or over --fail-on.",
            "2:Wrong usage; nothing was written.",
            "3:The database could not be reached, refused, or cannot be judged."
        })
public final class AuditCommand implements Callable<Integer> {
    private static final int DONE = 0;
    private static final int FINDINGS = 1;

    /** How the report is written. */
    enum Format {
        TEXT,
        JSON;

        /** As it is written on the command line. */
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
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Mixin
    private ConnectionOptions connection;

    @Option(
            names = "--format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "For people or for programs. Default: ${DEFAULT-VALUE}")
    private Format format;

    @Option(
            names = "--fail-on",
            paramLabel = "new|any",
            description =
                    "Exit 1 if an index is proven redundant: any, or one that --accepted does not name. By default findings fail nothing.")
    private Optional<AuditFailOn> failOn = Optional.empty();

    @Option(
            names = "--accepted",
            paramLabel = "FILE",
            description =
                    "Known findings: one index definition a line, as the report prints it; # begins a comment. They are recognised by table and definition, whatever the index is called.")
    private Optional<Path> accepted = Optional.empty();

    @Mixin
    private EvidenceOptions evidence;

    @Option(
            names = "--rehearsal",
            paramLabel = "FILE",
            description =
                    "What dbopt rehearse --format json has printed: tells also which statements use an index, and what the planner takes without it.")
    private Optional<Path> rehearsal = Optional.empty();

    @Option(
            names = "--write-accepted",
            paramLabel = "FILE",
            description =
                    "Write what is proven redundant now into this file, for --accepted. What the file has already stays; the rest is added.")
    private Optional<Path> writeAccepted = Optional.empty();

    @Mixin
    private EverySchemaOption everySchema;

    @Mixin
    private ScaffoldOptions scaffold;

    @Option(
            names = "--keep",
            paramLabel = "NAME",
            description =
                    "Of equal copies keep this one, where the audit would keep another; may be repeated. Names are as in --index.")
    private List<String> keep = List.of();

    public AuditCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    /** All that could be refused is decided before anything is printed or written. */
    @Override
    public Integer call() {
        scaffold.requireFolder();
        writeAccepted.ifPresent(AcceptedFindings::requireWritable);
        AcceptedFindings known = accepted.map(AcceptedFindings::read).orElse(AcceptedFindings.none());
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
            if (!result.unreadable().isEmpty()) {
                context.terminal()
                        .progress(
                                "Not judged, because a name or the definition is not valid text in this client's encoding:\n"
                                        + TerminalText.some(result.unreadable()));
            }
            written.ifPresent(context.terminal()::progress);
            writeAccepted
                    .map(file -> AcceptedFindings.add(file, result.report().definitions()))
                    .ifPresent(context.terminal()::progress);
            return failOn.filter(limit -> limit.fails(result.report(), known)).isPresent() ? FINDINGS : DONE;
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "The audit cannot be made: " + ServerError.of(e).text() + "\nNothing was changed.",
                    e);
        }
    }

    /** Of the terminal. */
    private int width() {
        return spec.usageMessage().autoWidth(true).width();
    }

    private void print(AuditReport report, AcceptedFindings known) {
        boolean coloured = spec.commandLine().getColorScheme().ansi().enabled();
        switch (format) {
            case JSON -> context.terminal().result(writer -> AuditJsonReport.write(report, writer));
            case TEXT -> context.terminal()
                    .styled(AuditTextReport.of(report, known, coloured, coloured ? width() : Integer.MAX_VALUE));
        }
        known.notFoundIn(report.definitions())
                .forEach(entry -> context.terminal().progress("Accepted, but no longer found: " + entry));
    }
}
