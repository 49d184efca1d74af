package dbopt.migrate;

import static java.util.Objects.requireNonNull;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.Target;
import dbopt.project.FlywaySession;
import dbopt.project.ProgressLog;
import dbopt.project.ScriptLinter;
import dbopt.server.DatabaseAddress;
import dbopt.server.LockWatch;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.TextTable;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dbopt info}. */
@Command(
        name = "info",
        description = "Tells which migrations are applied, pending or undone; changes nothing.",
        mixinStandardHelpOptions = true)
public final class InfoCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private final CommandContext context;

    @Mixin
    private ConnectionOptions connection;

    public InfoCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    @Override
    public Integer call() {
        ProgressLog.install(context.terminal());
        try (Target target = connection.open(context, true, context.terminal()::result)) {
            context.terminal().result(table(info(target.address())));
            return 0;
        }
    }

    private MigrationInfo[] info(DatabaseAddress address) {
        String applicationName = "dbopt info " + ProcessHandle.current().pid();
        FluentConfiguration configuration = context.project().flyway(address, applicationName);
        ScriptLinter.require(configuration);
        try (InterruptHandler ignored =
                InterruptHandler.onInterrupt(() -> LockWatch.cancel(address, applicationName))) {
            FlywaySession.require(address, "dbopt info");
            return configuration.load().info().all();
        } catch (FlywayException e) {
            throw new CommandFailure(CommandFailure.Kind.FAILED, reason(e), e);
        }
    }

    private static String reason(FlywayException e) {
        return InterruptHandler.interrupted()
                ? "You interrupted it: which migrations are applied is unknown. Nothing was changed."
                : "The schema history cannot be read: " + e.getMessage();
    }

    private static String table(MigrationInfo... migrations) {
        Set<MigrationVersion> undoable = Stream.of(migrations)
                .filter(migration -> migration.getType().isUndo())
                .map(MigrationInfo::getVersion)
                .collect(Collectors.toSet());
        TextTable table = new TextTable("version", "description", "state", "undo script", "installed on", "by");
        for (MigrationInfo migration : migrations) {
            // undo scripts have a column, and the baseline's own row stands for the migrations below it
            if (migration.getType().isUndo() || migration.getState() == MigrationState.BASELINE_IGNORED) {
                continue;
            }
            table.row(
                    migration.getVersion() == null ? "" : migration.getVersion().toString(),
                    migration.getDescription(),
                    state(migration.getState()),
                    undoable.contains(migration.getVersion()) ? "yes" : "no",
                    migration.getInstalledOn() == null
                            ? ""
                            : TIME.format(migration.getInstalledOn().toInstant()),
                    migration.getInstalledBy() == null ? "" : migration.getInstalledBy());
        }
        return table.text();
    }

    /** Undo is recorded the way that every Flyway can read, as a deletion; here it is called what it is. */
    private static String state(MigrationState state) {
        return state == MigrationState.DELETED || state == MigrationState.UNDONE
                ? "undone"
                : state.getDisplayName().toLowerCase(Locale.ROOT);
    }
}
