package dbopt.audit;

import static java.util.Comparator.naturalOrder;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dbopt.accepted.AcceptedFindings;
import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.Target;
import dbopt.evidence.Evidence;
import dbopt.project.ScriptNaming;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.TerminalText;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;
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
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:Done.",
            "1:Findings at or over --fail-on.",
            "2:Wrong usage; nothing was written.",
            "3:The database could not be reached, or refused, or is none that can be judged."
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

    @Option(
            names = "--evidence",
            paramLabel = "FILE",
            description =
                    "The observations of dbopt observe: tells also which indexes no node has scanned, for how long, and what is missing to prove it of others.")
    private Optional<Path> evidence = Optional.empty();

    @Option(
            names = "--evidence-days",
            paramLabel = "N",
            defaultValue = "" + Evidence.DAYS,
            description = "With --evidence: how long nothing may have scanned an index. Default: ${DEFAULT-VALUE}")
    private int evidenceDays;

    @Option(
            names = "--scaffold",
            paramLabel = "DIR",
            description =
                    "Write a migration that drops, and an undo script that restores, into the folder of a Flyway project: for each --index, or for every duplicate.")
    private Optional<Path> scaffold = Optional.empty();

    @Option(
            names = "--index",
            paramLabel = "NAME",
            description = "An index to scaffold, with or without its schema; may be repeated.")
    private List<String> indexes = List.of();

    @Option(
            names = "--keep",
            paramLabel = "NAME",
            description =
                    "Of equal copies keep this one, where the audit would keep another; may be repeated. Names are as in --index.")
    private List<String> keep = List.of();

    @Option(
            names = "--accept",
            paramLabel = "CODE",
            description =
                    "With --scaffold and --index: judge an index that needs review. The one difference of this code is accepted, and the guard accepts nothing besides.")
    private Optional<String> accept = Optional.empty();

    @Option(
            names = "--because",
            paramLabel = "TEXT",
            description = "Why the difference is accepted; it stands in the migration and in the report of migrate.")
    private Optional<String> because = Optional.empty();

    @Option(
            names = "--first-version",
            paramLabel = "V",
            description =
                    "With --scaffold: the version of the first pair; the others follow. Default: the one after the highest, numbered as the project does.")
    private Optional<String> firstVersion = Optional.empty();

    @Option(
            names = "--with-guard",
            description =
                    "With --scaffold: also write the callbacks and the setting that the scripts need, where the project lacks them.")
    private boolean withGuard;

    public AuditCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    /** All that could be refused is decided before anything is printed or written. */
    @Override
    public Integer call() {
        if (scaffold.isEmpty() && (!indexes.isEmpty() || withGuard || firstVersion.isPresent() || accept.isPresent())) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    firstVersion.isPresent()
                            ? "--first-version says what to scaffold: add --scaffold DIR"
                            : accept.isPresent()
                                    ? "--accept says what to scaffold: add --scaffold DIR"
                                    : "--index and --with-guard say what to scaffold: add --scaffold DIR");
        }
        Optional<Judgement> judgement = Judgement.of(accept, because, indexes);
        AcceptedFindings known = accepted.map(AcceptedFindings::read).orElse(AcceptedFindings.none());
        Optional<MigrationFolder> folder =
                scaffold.map(path -> MigrationFolder.at(path, context.project().flyway()));
        folder.ifPresent(MigrationFolder::requireOrder);
        Optional<EvidenceFile> observations =
                evidence.map(file -> EvidenceFile.read(file, evidenceDays, context.terminal()::progress));
        try (Target target = connection.open(context, false, context.terminal()::progress);
                Connection database = target.address().connect("dbopt audit");
                InterruptHandler ignored = InterruptHandler.cancelling(database)) {
            Audit.Result result = Audit.of(database, folder.isPresent(), judgement.isPresent(), keep, observations);
            Optional<String> written = folder.map(found -> write(result, judgement, found, database));
            print(result.report(), known);
            if (!result.unreadable().isEmpty()) {
                context.terminal()
                        .progress(
                                "Not judged, because a name or the definition is no valid text in this client's encoding:\n"
                                        + TerminalText.some(result.unreadable()));
            }
            written.ifPresent(context.terminal()::progress);
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

    /** Writes the scaffold, all of it or nothing, and returns what to say of it. */
    private String write(
            Audit.Result result, Optional<Judgement> judgement, MigrationFolder folder, Connection database) {
        SchemaHistory history = SchemaHistory.in(database, folder.flyway());
        HistoryCheck.require(folder, history);
        Scaffold files = Scaffold.of(
                result,
                indexes,
                judgement,
                folder,
                EarlierDrops.in(folder, history, database),
                versions(folder, history));
        String notes = notes(files, folder, history);
        if (files.files().isEmpty()) {
            return notes
                    + (files.notes().isEmpty()
                            ? "Nothing to scaffold: no index is a proven duplicate. Name others with --index."
                            : "Nothing to scaffold: no other index is a proven duplicate. Name others with --index.");
        }
        if (judgement.isPresent()) {
            GuardNeeds.requireAccepting(folder);
        }
        GuardNeeds needs = GuardNeeds.of(folder);
        Scaffold all = withGuard ? files.and(needs.files()) : files;
        all.write(folder.flyway().getEncoding());
        String written = notes + "Written:\n" + all.listing();
        return withGuard || needs.missing().isEmpty() ? written : written + "\n" + needs.message();
    }

    /** @throws CommandFailure when the version that is asked for would never run */
    private NextVersions versions(MigrationFolder folder, SchemaHistory history) {
        List<MigrationVersion> versions = Stream.concat(
                        folder.scripts().stream().map(MigrationFolder.Script::version), history.highest().stream())
                .toList();
        if (firstVersion.isEmpty()) {
            return NextVersions.after(versions, LocalDate.now(ZoneId.systemDefault()));
        }
        String asked = firstVersion.get();
        if (!asked.matches("[0-9]+([._][0-9]+)*")) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "Nothing was written: --first-version %s is no version. One has numbers and dots: 7, or 4.116"
                            .formatted(asked));
        }
        MigrationVersion version = MigrationVersion.fromVersion(asked);
        versions.stream()
                .filter(other -> other.compareTo(version) >= 0)
                .max(naturalOrder())
                .ifPresent(highest -> {
                    throw new CommandFailure(
                            CommandFailure.Kind.USAGE,
                            "Nothing was written: version %s is not above %s, the highest there is, so Flyway would not run it."
                                    .formatted(version, highest));
                });
        return NextVersions.from(version.getVersion());
    }

    private static String notes(Scaffold files, MigrationFolder folder, SchemaHistory history) {
        boolean isUnchecked = !history.exists()
                && folder.scripts().stream().anyMatch(script -> script.kind() == ScriptNaming.Kind.MIGRATION);
        String unchecked = isUnchecked
                ? "This database has no schema history %s: whether the migrations in %s are its own cannot be checked.\n"
                        .formatted(history.name(), folder.migrations())
                : "";
        return files.notes().stream()
                .map(note -> TerminalText.line(note) + "\n")
                .collect(joining("", unchecked, ""));
    }
}
