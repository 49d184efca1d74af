package dbopt.health;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * A figure of the server, for monitoring.
 *
 * @param name the name of the metric, without its prefix
 * @param kind gauge or counter
 * @param help a sentence that explains the metric
 * @param value the figure; empty if unknown
 */
record Measure(String name, String kind, String help, Optional<BigDecimal> value) {
    Measure {
        requireNonNull(name, "name is null");
        requireNonNull(kind, "kind is null");
        requireNonNull(help, "help is null");
        requireNonNull(value, "value is null");
    }
}
