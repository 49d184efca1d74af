package dbopt.commandline;

import picocli.CommandLine.Option;

/** The option of those commands that take equal schemas for one. */
public final class EverySchemaOption {
    @Option(
            names = "--every-schema",
            description =
                    "Report each schema by itself. By default, schemas with the same tables and indexes are reported as one.")
    private boolean everySchema;

    /** Whether each schema stands for itself. */
    public boolean isGiven() {
        return everySchema;
    }
}
