package dbopt.schemas;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The schema options of a command that can work on several schemas at the same time. */
public final class ParallelSchemaOptions extends SchemaOptions {
    private static final int MOST = 32;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description =
                    "With --schemas: how many schemas at once. Default: 1, since concurrent builds in one database wait for each other.")
    private Optional<Integer> parallel = Optional.empty();

    @Override
    int parallel() {
        return parallel.orElse(1);
    }

    @Override
    public void require() {
        if (parallel.isPresent() && !isGiven()) {
            throw refused("--parallel says how many schemas to work on at once: add --schemas PATTERN.");
        }
        super.require();
        if (parallel() < 1 || parallel() > MOST) {
            throw refused("--parallel must be a whole number from 1 to %d, not %d.".formatted(MOST, parallel()));
        }
    }
}
