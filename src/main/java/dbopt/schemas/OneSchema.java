package dbopt.schemas;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.util.List;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * One of the schemas that a command works on.
 *
 * @param configuration Flyway's, for this schema
 * @param applicationName how the sessions of the configuration call themselves
 * @param connection to ask the server, as long as the work on this schema goes on
 */
public record OneSchema(
        String schema, FluentConfiguration configuration, String applicationName, Connection connection) {
    public OneSchema {
        requireNonNull(schema, "schema is null");
        requireNonNull(configuration, "configuration is null");
        requireNonNull(applicationName, "applicationName is null");
        requireNonNull(connection, "connection is null");
    }

    /** What a command needs besides to work on this schema alone. */
    public String where() {
        return " --schemas " + SchemaPatterns.exactly(List.of(schema));
    }
}
