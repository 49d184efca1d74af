package dbopt.plans;

import dbopt.terminal.CommandFailure;
import picocli.CommandLine.Option;

/** The options that say what is run; they are the same for both commands. */
final class RunOptions {
    @Option(
            names = "--with-writes",
            description = {
                "Also run the queries that write, each in a transaction that is rolled back.",
                "They hold row locks until then and leave dead rows to vacuum: not for production."
            })
    private boolean withWrites;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often to run each query; the median counts. Default: ${DEFAULT-VALUE}.")
    private int runs;

    boolean withWrites() {
        return withWrites;
    }

    int runs() {
        if (runs < 1) {
            throw new CommandFailure(CommandFailure.Kind.USAGE, "--runs must be at least 1. Nothing was run.");
        }
        return runs;
    }
}
