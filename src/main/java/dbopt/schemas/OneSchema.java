package dbopt.schemas;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.util.List;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * One of the schemas that a command works on.
 *
 * @param configuration Flyway's configuration for this schema
 * @param applicationName the application name of the configuration's sessions
 * @param connection a connection for queries, open while the command works on this schema
 */
public record OneSchema(
        String schema, FluentConfiguration configuration, String applicationName, Connection connection) {
    public OneSchema {
        requireNonNull(schema, "schema is null");
        requireNonNull(configuration, "configuration is null");
        requireNonNull(applicationName, "applicationName is null");
        requireNonNull(connection, "connection is null");
    }

    /** The option that makes a command work on this schema alone. */
    public String where() {
        return " --schemas " + SchemaPatterns.exactly(List.of(schema));
    }
}
