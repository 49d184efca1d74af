package dbopt.undo;

import static java.util.Objects.requireNonNull;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.Target;
import dbopt.project.ProgressLog;
import dbopt.terminal.CommandFailure;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
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
            UndoTask task = new UndoTask(
                    connection.project(context),
                    database.address(),
                    context.terminal(),
                    "dbopt undo",
                    target.map(UndoCommand::version));
            if (dryRun) {
                print(task.plan());
            } else {
                context.terminal().result(task.run().message());
            }
            return 0;
        }
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
}
