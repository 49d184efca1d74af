package dbopt.undo;

import static java.util.Objects.requireNonNull;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.Target;
import dbopt.project.FlywaySession;
import dbopt.project.InterruptCallback;
import dbopt.project.ProgressLog;
import dbopt.project.RequiredRights;
import dbopt.project.ScriptLinter;
import dbopt.server.DatabaseAddress;
import dbopt.server.FlywayLock;
import dbopt.server.LockWatch;
import dbopt.server.ServerError;
import dbopt.server.WritableServer;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dbopt undo}: the Flyway plugin's undo, on the command line of this tool. */
@Command(
        name = "undo",
        description = "Takes back the newest applied migration, or all back to and including a version.",
        mixinStandardHelpOptions = true)
public final class UndoCommand implements Callable<Integer> {
    private final CommandContext context;

    @Mixin
    private ConnectionOptions connection;

    @Option(names = "--target", paramLabel = "VERSION", description = "back to this version and including it")
    private Optional<String> target = Optional.empty();

    @Option(names = "--dry-run", description = "print what would be run, and change nothing")
    private boolean dryRun;

    public UndoCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    @Override
    public Integer call() {
        ProgressLog.install(context.terminal());
        try (Target database = connection.open(context, false, context.terminal()::progress)) {
            String applicationName = "dbopt undo " + ProcessHandle.current().pid();
            FluentConfiguration configuration = connection.project(context).flyway(database.address(), applicationName);
            ScriptLinter.require(configuration);
            requireRights(database.address(), configuration);
            // Only the option counts: a FLYWAY_TARGET that holds deployments back must not make an undo go further.
            configuration.target(target.map(UndoCommand::version).orElse(MigrationVersion.LATEST));
            if (dryRun) {
                print(Undo.of(configuration).plan());
            } else {
                undo(database.address(), applicationName, configuration);
            }
            return 0;
        } catch (UndoFailedException e) {
            throw new CommandFailure(kind(e), inThisToolsWords(e.getMessage()), e);
        } catch (FlywayException e) {
            throw new CommandFailure(
                    kind(e),
                    ServerError.among(e).map(ServerError::text).orElseGet(() -> inThisToolsWords(e.getMessage())),
                    e);
        }
    }

    private void requireRights(DatabaseAddress address, FluentConfiguration configuration) {
        try (Connection connection = address.connect("dbopt")) {
            FlywaySession.require(connection, address, "dbopt undo");
            if (!dryRun) {
                WritableServer.require(connection, "dbopt undo");
            }
            RequiredRights.requireHistory(
                    connection, configuration, this.connection.project(context), "dbopt undo", !dryRun);
            if (!dryRun) {
                RequiredRights.requireOfMigrations(connection, this.connection.project(context));
                return;
            }
            FlywayLock.holder(connection).ifPresent(holder -> context.terminal()
                    .progress("Another migrate or undo is at work (%s): what it still does is not in this plan."
                            .formatted(holder)));
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE, ServerError.of(e).text() + "\nNothing was changed.", e);
        }
    }

    private static CommandFailure.Kind kind(FlywayException failure) {
        return ServerError.among(failure).filter(ServerError::lacksRight).isPresent()
                ? CommandFailure.Kind.UNREACHABLE
                : CommandFailure.Kind.FAILED;
    }

    private static MigrationVersion version(String text) {
        try {
            MigrationVersion version = MigrationVersion.fromVersion(text.replaceFirst("^[Vv](?=[0-9])", ""));
            UndoTarget.of(version);
            return version;
        } catch (FlywayException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "--target " + text + " is not the version of a migration, such as 3.\nNothing was changed.",
                    e);
        }
    }

    private void print(UndoPlan plan) {
        for (UndoStep step : plan.steps()) {
            context.terminal()
                    .progress("Would undo " + step.name() + " with "
                            + step.script().getScript());
        }
        context.terminal().result(plan.sql());
        context.terminal().progress(plan.note());
        context.terminal().progress("Dry run: nothing was changed.");
    }

    private void undo(DatabaseAddress address, String applicationName, FluentConfiguration configuration) {
        InterruptCallback.addTo(configuration);
        try (LockWatch turn = LockWatch.start(address, applicationName, context.terminal());
                UndoProgress progress = new UndoProgress(context.terminal(), turn);
                InterruptHandler ignored =
                        InterruptHandler.onInterruptWaking(() -> LockWatch.cancel(address, applicationName))) {
            context.terminal().result(Undo.of(configuration).run(progress).message());
        }
    }

    /** The plugin speaks to users of Flyway; this tool's user types its own command. */
    private static String inThisToolsWords(String message) {
        return message.replaceAll("flyway undo -target=(\\S+)", "dbopt undo --target $1")
                .replace("flyway undo", "dbopt undo");
    }
}
