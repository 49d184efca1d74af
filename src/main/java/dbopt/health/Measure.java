package dbopt.health;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * A figure of the server for whoever keeps them over time.
 *
 * @param name of the metric, without its prefix
 * @param kind gauge or counter
 * @param help what it is, a sentence
 * @param value empty if it is not known
 */
record Measure(String name, String kind, String help, Optional<BigDecimal> value) {
    Measure {
        requireNonNull(name, "name is null");
        requireNonNull(kind, "kind is null");
        requireNonNull(help, "help is null");
        requireNonNull(value, "value is null");
    }
}
