package dbopt.migrate;

import static java.util.Objects.requireNonNull;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.commandline.EvidenceOptions;
import dbopt.commandline.Target;
import dbopt.project.FlywaySession;
import dbopt.project.ProgressLog;
import dbopt.project.SchemaConfigurations;
import dbopt.project.ScriptLinter;
import dbopt.schemas.ParallelSchemaOptions;
import dbopt.schemas.SchemaCommand;
import dbopt.schemas.SchemaOutcome;
import dbopt.server.DatabaseAddress;
import dbopt.server.ServerError;
import dbopt.server.WritableServer;
import dbopt.terminal.CommandFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code dbopt migrate}. */
@Command(
        name = "migrate",
        description = "Apply the pending migrations, and report what became of each index.",
        mixinStandardHelpOptions = true)
public final class MigrateCommand implements Callable<Integer> {
    private static final String COMMAND = "dbopt migrate";

    private final CommandContext context;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private ParallelSchemaOptions schemas;

    @Mixin
    private EvidenceOptions evidence;

    @Option(
            names = "--node",
            paramLabel = "ADDRESS",
            description =
                    "With --evidence: another server of the same cluster, beside those that the file has seen, to ask before an unused index is dropped. Repeatable.")
    private List<String> nodes = List.of();

    @Option(
            names = "--every-schema",
            description =
                    "With --evidence: judge an unused index of each schema by itself, as audit does with this option. By default, it stays if the same index was scanned in a schema with the same tables and indexes.")
    private boolean everySchema;

    public MigrateCommand(CommandContext context) {
        this.context = requireNonNull(context, "context is null");
    }

    @Override
    public Integer call() {
        if (evidence.file().isEmpty() && everySchema) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "--every-schema judges the unused indexes of each schema by itself: add --evidence FILE.\nNothing was changed.");
        }
        if (evidence.file().isEmpty() && !nodes.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "--node names a server to ask about unused indexes, by what it has counted before: add --evidence FILE.\nNothing was changed.");
        }
        schemas.require();
        try (Target target = connection.open(context, true, context.terminal()::result)) {
            return schemas.isGiven() ? migrateEach(target.address()) : migrate(target.address());
        }
    }

    private int migrate(DatabaseAddress address) {
        ProgressLog.install(context.terminal());
        String applicationName = COMMAND + " " + ProcessHandle.current().pid();
        FluentConfiguration configuration = connection.project(context).flyway(address, applicationName);
        ScriptLinter.require(configuration);
        requireServer(address);
        MigrationTask task = new MigrationTask(
                connection.project(context), address, evidence(address), SameDrops.none(), context.terminal());
        context.terminal()
                .result(task.run(configuration, applicationName).drops().text());
        return 0;
    }

    private int migrateEach(DatabaseAddress address) {
        SchemaConfigurations configurations = connection.project(context).flywayOfSchemas();
        ScriptLinter.require(configurations.all());
        requireServer(address);
        CurrentEvidence current = evidence(address);
        SameDrops same = SameDrops.among(configurations);
        return new SchemaCommand(COMMAND, address, schemas, configurations, context.terminal())
                .run("migrated", (one, terminal) -> {
                    MigrationTask.Result result =
                            new MigrationTask(connection.project(context), address, current, same, terminal).run(one);
                    return result.applied().isEmpty()
                            ? SchemaOutcome.unchanged(one.schema(), "nothing to do")
                            : SchemaOutcome.done(
                                    one.schema(), result.text(), result.drops().freed());
                });
    }

    private CurrentEvidence evidence(DatabaseAddress address) {
        return new CurrentEvidence(address, nodes, evidence, everySchema, context.sql(), context.terminal());
    }

    private static void requireServer(DatabaseAddress address) {
        try (Connection database = address.connect("dbopt")) {
            FlywaySession.require(database, address, COMMAND);
            WritableServer.require(database, COMMAND);
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE, ServerError.of(e).text() + "\nNothing was changed.", e);
        }
    }
}
