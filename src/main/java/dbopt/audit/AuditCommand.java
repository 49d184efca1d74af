package dbopt.audit;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
            "3:The database could not be reached, or refused, or is none that can be judged."
        })
public final class AuditCommand implements Callable<Integer> {
    private static final int DONE = 0;
    private static final int FINDINGS = 1;
    private static final int WRONG_USAGE = 2;
    private static final int DATABASE_UNUSABLE = 3;

    /** Opens the connection that the audit uses and closes. */
    @FunctionalInterface
    public interface ConnectionSource {
        Connection connect() throws SQLException;
    }

    /** How the report is written. */
    enum Format {
        TEXT,
        JSON
    }

    private final ConnectionSource database;

    @Spec
    private CommandSpec spec;

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
    private FailOn failOn;

    @Option(
            names = "--accepted",
            paramLabel = "FILE",
            description =
                    "Known findings: one index definition a line, as the report prints it; # begins a comment. They are recognised by table and definition, whatever the index is called.")
    private Path accepted;

    @Option(
            names = "--scaffold",
            paramLabel = "DIR",
            description =
                    "Write a migration that drops, and an undo script that restores, into the folder of a Flyway project: for each --index, or for every duplicate.")
    private Path scaffold;

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

    public AuditCommand(ConnectionSource database) {
        this.database = requireNonNull(database, "database is null");
    }

    @Override
    public Integer call() {
        try {
            return audit();
        } catch (WrongUsageException e) {
            return failed(WRONG_USAGE, e);
        } catch (UnusableDatabaseException e) {
            return failed(DATABASE_UNUSABLE, e);
        }
    }

    private int audit() {
        requireConsistentOptions();
        AcceptedFindings known = accepted == null ? AcceptedFindings.none() : AcceptedFindings.read(accepted);
        MigrationFolder folder = scaffold == null ? null : MigrationFolder.at(scaffold);
        if (folder != null) {
            folder.nextVersion();
        }
        Audit.Result result = read();
        print(result.report(), known);
        if (folder != null) {
            write(result, folder);
        }
        return failOn != null && failOn.fails(result.report(), known) ? FINDINGS : DONE;
    }

    private void requireConsistentOptions() {
        if (scaffold == null && (!indexes.isEmpty() || withGuard)) {
            throw new WrongUsageException("--index and --with-guard say what to scaffold: add --scaffold DIR");
        }
    }

    private Audit.Result read() {
        try (Connection connection = database.connect()) {
            return Audit.of(connection);
        } catch (SQLException e) {
            throw new UnusableDatabaseException("The database could not be reached: " + e.getMessage(), e);
        }
    }

    private void print(AuditReport report, AcceptedFindings known) {
        PrintWriter output = spec.commandLine().getOut();
        if (format == Format.JSON) {
            output.println(JsonReport.of(report));
        } else {
            boolean coloured = spec.commandLine().getColorScheme().ansi().enabled();
            output.print(TextReport.of(report, known, coloured));
        }
        output.flush();
        known.notFoundIn(report).forEach(entry -> tell("Accepted, but no longer found: " + entry));
    }

    private void write(Audit.Result result, MigrationFolder folder) {
        Scaffold files = Scaffold.of(result, indexes, folder);
        GuardNeeds needs = GuardNeeds.of(folder);
        if (files.files().isEmpty()) {
            tell("Nothing to scaffold: no index is a proven duplicate. Name others with --index.");
            return;
        }
        Scaffold all = withGuard ? files.and(needs.files()) : files;
        all.write();
        tell("Written:\n" + all.listing());
        if (!withGuard && !needs.missing().isEmpty()) {
            tell(needs.message());
        }
    }

    private int failed(int exitCode, RuntimeException reason) {
        tell(reason.getMessage());
        return exitCode;
    }

    private void tell(String message) {
        PrintWriter log = spec.commandLine().getErr();
        log.println(message);
        log.flush();
    }
}
