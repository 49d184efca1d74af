package dbopt.schemas;

import static java.util.Objects.requireNonNull;

import dbopt.project.ProgressLog;
import dbopt.project.SchemaConfigurations;
import dbopt.server.DatabaseAddress;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.Count;
import dbopt.terminal.Terminal;
import java.time.Duration;
import java.util.List;

/**
 * Runs a command on each of the schemas that its options name, and prints the beginning, the result of each schema and the
 * summary.
 */
public final class SchemaCommand {
    private final String command;
    private final DatabaseAddress address;
    private final SchemaOptions options;
    private final SchemaConfigurations configurations;
    private final Terminal terminal;

    /** What the command does on one schema. */
    @FunctionalInterface
    public interface Work {
        /**
         * Works on the schema. Called on a thread of its own.
         *
         * @param terminal prints progress, with the name of the schema before each line
         * @throws CommandFailure if the work fails
         */
        SchemaOutcome on(OneSchema schema, Terminal terminal);
    }

    /** @param command the command as a user types it, without the options that name the schemas */
    public SchemaCommand(
            String command,
            DatabaseAddress address,
            SchemaOptions options,
            SchemaConfigurations configurations,
            Terminal terminal) {
        this.command = requireNonNull(command, "command is null");
        this.address = requireNonNull(address, "address is null");
        this.options = requireNonNull(options, "options is null");
        this.configurations = requireNonNull(configurations, "configurations is null");
        this.terminal = requireNonNull(terminal, "terminal is null");
    }

    /**
     * Works on all the schemas, prints a line for each, and ends with a summary.
     *
     * @param done the word for finished work in the summary, such as {@code migrated}
     * @return the exit code: 4 if a schema failed or is left
     */
    public int run(String done, Work work) {
        long start = System.nanoTime();
        List<String> schemas = options.select(address);
        terminal.result(
                Count.of(schemas.size(), "schema", "schemas") + "; the schema history: " + configurations.place());
        List<SchemaOutcome> outcomes = on(schemas, true, work);
        SchemaSummary summary = new SchemaSummary(outcomes, command, done, Duration.ofNanos(System.nanoTime() - start));
        terminal.result(summary.text());
        return summary.isComplete() ? 0 : CommandFailure.Kind.FAILED.exitCode();
    }

    /** Works on all the schemas without printing results. */
    public List<SchemaOutcome> look(Work work) {
        return on(options.select(address), false, work);
    }

    private List<SchemaOutcome> on(List<String> schemas, boolean tells, Work work) {
        ThreadLocal<Terminal> told = ThreadLocal.withInitial(() -> terminal);
        ProgressLog.installWarnings(told::get);
        String applicationName = command.replaceFirst(" --.*", "") + " "
                + ProcessHandle.current().pid();
        return new SchemaRun(address, applicationName, options.parallel(), tells, terminal)
                .run(schemas, (schema, worker, connection, progress) -> {
                    told.set(progress);
                    return work.on(
                            new OneSchema(
                                    schema,
                                    configurations.of(schema, worker.flyway().dataSource()),
                                    worker.applicationName(),
                                    connection),
                            progress);
                });
    }
}
