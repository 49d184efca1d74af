package dbopt.schemas;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * One of the schemas that a command works on.
 *
 * @param configuration Flyway's, for this schema
 * @param applicationName how the sessions of the configuration call themselves
 */
public record OneSchema(String schema, FluentConfiguration configuration, String applicationName) {
    public OneSchema {
        requireNonNull(schema, "schema is null");
        requireNonNull(configuration, "configuration is null");
        requireNonNull(applicationName, "applicationName is null");
    }

    /** What a command needs besides to work on this schema alone. */
    public String where() {
        return " --schemas " + SchemaPatterns.exactly(List.of(schema));
    }
}
