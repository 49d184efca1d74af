package dbopt.commandline;

import picocli.CommandLine.Option;

/** The option of those commands that take equal schemas for one. */
public final class EverySchemaOption {
    @Option(
            names = "--every-schema",
            description =
                    "Tell and judge each schema by itself, also where several have the same tables and indexes. By default these are one.")
    private boolean everySchema;

    /** Whether each schema stands for itself. */
    public boolean isGiven() {
        return everySchema;
    }
}
