package dbopt.commandline;

import picocli.CommandLine.Option;

/** The option of the commands that report equal schemas as one. */
public final class EverySchemaOption {
    @Option(
            names = "--every-schema",
            description =
                    "Report each schema by itself. By default, schemas with the same tables and indexes are reported as one.")
    private boolean everySchema;

    /** Whether each schema is reported by itself. */
    public boolean isGiven() {
        return everySchema;
    }
}
