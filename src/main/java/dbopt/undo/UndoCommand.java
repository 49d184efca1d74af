package dbopt.undo;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.Target;
import dbopt.project.ProgressLog;
import dbopt.project.SchemaConfigurations;
import dbopt.project.ScriptLinter;
import dbopt.schemas.OneSchema;
import dbopt.schemas.ParallelSchemaOptions;
import dbopt.schemas.SchemaCommand;
import dbopt.schemas.SchemaOutcome;
import dbopt.server.DatabaseAddress;
import dbopt.terminal.CommandFailure;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code dbopt undo}, which runs the Flyway plugin's undo. */
@Command(
        name = "undo",
        description = "Undo the newest applied migration, or every migration down to a version.",
        mixinStandardHelpOptions = true)
public final class UndoCommand implements Callable<Integer> {
    private static final String COMMAND = "dbopt undo";

    private final CommandContext context;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private ParallelSchemaOptions schemas;

    @Option(
            names = "--target",
            paramLabel = "VERSION",
            description = "Undo every migration down to this version, including it.")
    private Optional<String> target = Optional.empty();

    @Option(names = "--dry-run", description = "Print what would be run, and change nothing.")
    private boolean dryRun;

    public UndoCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    @Override
    public Integer call() {
        schemas.require();
        if (schemas.isGiven() && target.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "The newest migration may differ between schemas, and after an interruption it would be another one: say how far to undo with --target VERSION.\nNothing was changed.");
        }
        try (Target database = connection.open(context, false, context.terminal()::progress)) {
            if (schemas.isGiven()) {
                return undoEach(database.address(), version(target.orElseThrow()));
            }
            ProgressLog.install(context.terminal());
            UndoTask task = new UndoTask(
                    connection.project(context),
                    database.address(),
                    context.terminal(),
                    COMMAND,
                    target.map(UndoCommand::version));
            if (dryRun) {
                print(task.plan());
            } else {
                context.terminal().result(task.run().message());
            }
            return 0;
        }
    }

    private int undoEach(DatabaseAddress address, MigrationVersion oldest) {
        SchemaConfigurations configurations = connection.project(context).flywayOfSchemas();
        ScriptLinter.require(configurations.all());
        UndoTask.requireServer(address, context.terminal(), COMMAND, !dryRun);
        Queue<UndoPlan> plans = new ConcurrentLinkedQueue<>();
        Queue<String> notes = new ConcurrentLinkedQueue<>();
        int exitCode = new SchemaCommand(
                        COMMAND + " --target " + oldest + (dryRun ? " --dry-run" : ""),
                        address,
                        schemas,
                        configurations,
                        context.terminal())
                .run(dryRun ? "would be undone" : "undone", (one, terminal) -> {
                    UndoTask task = UndoTask.on(one, connection.project(context), address, terminal, COMMAND, oldest);
                    if (dryRun) {
                        UndoPlan plan = task.plan();
                        plans.add(plan);
                        return planned(one, plan);
                    }
                    UndoResult result = task.run();
                    if (!result.undone().isEmpty()) {
                        notes.add(result.note());
                    }
                    return undone(one, result);
                });
        // how to keep the migrations from being applied again is the same for each schema
        Optional.ofNullable(notes.peek()).ifPresent(context.terminal()::result);
        if (dryRun) {
            if (plans.size() == 1) {
                context.terminal().result(plans.remove().sql());
            }
            context.terminal().progress("Dry run: nothing was changed.");
        }
        return exitCode;
    }

    private static SchemaOutcome undone(OneSchema one, UndoResult result) {
        return result.undone().isEmpty()
                ? SchemaOutcome.unchanged(one.schema(), firstLine(result.message()))
                : SchemaOutcome.done(
                        one.schema(),
                        result.undone().stream()
                                .map(migration -> "V" + migration.version())
                                .collect(joining(", ", "undone ", "")),
                        0);
    }

    private static SchemaOutcome planned(OneSchema one, UndoPlan plan) {
        return plan.steps().isEmpty()
                ? SchemaOutcome.unchanged(one.schema(), firstLine(plan.note()))
                : SchemaOutcome.done(
                        one.schema(),
                        plan.steps().stream()
                                .map(step ->
                                        step.name() + " with " + step.script().getScript())
                                .collect(joining(", ", "would undo ", "")),
                        0);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
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
