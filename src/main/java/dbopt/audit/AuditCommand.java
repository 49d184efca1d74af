package dbopt.audit;

import static java.util.Objects.requireNonNull;

import dbopt.accepted.AcceptedFindings;
import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.Target;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
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
        if (scaffold.isEmpty() && (!indexes.isEmpty() || withGuard)) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE, "--index and --with-guard say what to scaffold: add --scaffold DIR");
        }
        AcceptedFindings known = accepted.map(AcceptedFindings::read).orElse(AcceptedFindings.none());
        Optional<MigrationFolder> folder = scaffold.map(MigrationFolder::at);
        folder.ifPresent(MigrationFolder::requireOrder);
        try (Target target = connection.open(context, false, context.terminal()::progress);
                Connection database = target.address().connect("dbopt audit");
                InterruptHandler ignored = InterruptHandler.cancelling(database)) {
            Audit.Result result = Audit.of(database, folder.isPresent());
            Optional<String> written = folder.map(found -> write(result, found, database));
            print(result.report(), known);
            written.ifPresent(context.terminal()::progress);
            return failOn.filter(limit -> limit.fails(result.report(), known)).isPresent() ? FINDINGS : DONE;
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "The audit cannot be made: " + ServerError.of(e).text() + "\nNothing was changed.",
                    e);
        }
    }

    private void print(AuditReport report, AcceptedFindings known) {
        boolean coloured = spec.commandLine().getColorScheme().ansi().enabled();
        switch (format) {
            case JSON -> context.terminal().result(AuditJsonReport.of(report));
            case TEXT -> context.terminal().styled(AuditTextReport.of(report, known, coloured));
        }
        known.notFoundIn(report.definitions())
                .forEach(entry -> context.terminal().progress("Accepted, but no longer found: " + entry));
    }

    /** Writes the scaffold, all of it or nothing, and returns what to say of it. */
    private String write(Audit.Result result, MigrationFolder folder, Connection database) {
        Optional<MigrationVersion> passed =
                HighestAppliedVersion.in(database, context.project().flyway());
        Scaffold files = Scaffold.of(result, indexes, folder, folder.versionAfter(passed));
        if (files.files().isEmpty()) {
            return "Nothing to scaffold: no index is a proven duplicate. Name others with --index.";
        }
        GuardNeeds needs = GuardNeeds.of(folder);
        Scaffold all = withGuard ? files.and(needs.files()) : files;
        all.write();
        String written = "Written:\n" + all.listing();
        return withGuard || needs.missing().isEmpty() ? written : written + "\n" + needs.message();
    }
}
