package dbopt.project;

import static java.util.Objects.requireNonNull;

import dbopt.history.ScriptResources;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * The configurations of one project for many schemas. The settings and scripts are read once. Each schema has its own
 * history: in the schema itself or, if {@code flyway.table} contains {@link #SCHEMA}, in a table beside those of the other
 * schemas.
 */
public final class SchemaConfigurations {
    /** The text that stands for the schema's name in settings. For Flyway alone it is an environment variable. */
    public static final String SCHEMA = "${schema}";

    static final String VARIABLE = "schema";

    private final FluentConfiguration all;

    private SchemaConfigurations(FluentConfiguration all) {
        this.all = requireNonNull(all, "all is null");
    }

    /**
     * Creates the configurations from the settings and the present scripts.
     *
     * @param all the settings, which may contain {@link #SCHEMA}
     */
    static SchemaConfigurations of(FluentConfiguration all) {
        // a schema that was dropped meanwhile must not be created again
        return new SchemaConfigurations(ScriptResources.readOnce(all).createSchemas(false));
    }

    /** Whether the settings for the place of the schema history contain {@link #SCHEMA}. */
    static boolean isOpen(FluentConfiguration configuration) {
        return configuration.getTable().contains(SCHEMA)
                || String.valueOf(configuration.getDefaultSchema()).contains(SCHEMA)
                || Arrays.stream(configuration.getSchemas()).anyMatch(name -> name.contains(SCHEMA));
    }

    /** The configuration that is common to all schemas. */
    public FluentConfiguration all() {
        return all;
    }

    /** The place of the schema histories, for people to read. */
    public String place() {
        String table = all.getTable();
        if (!isInOnePlace(all)) {
            return table + " in each";
        }
        return (all.getDefaultSchema() == null ? "" : all.getDefaultSchema() + ".") + table;
    }

    /**
     * Returns the configuration for one schema.
     *
     * @param dataSource opens Flyway's connections
     */
    public FluentConfiguration of(String schema, DataSource dataSource) {
        return of(schema).dataSource(dataSource);
    }

    /** Returns the configuration for one schema, without a database. */
    public FluentConfiguration of(String schema) {
        return named(all, schema);
    }

    /** Returns the settings with this schema in place of {@link #SCHEMA}. */
    static FluentConfiguration named(FluentConfiguration all, String schema) {
        FluentConfiguration one = new FluentConfiguration(all.getClassLoader()).configuration(all);
        if (isInOnePlace(all)) {
            one.table(named(all.getTable(), schema));
        } else {
            String configured = String.valueOf(all.getDefaultSchema());
            one.defaultSchema(configured.contains(SCHEMA) ? named(configured, schema) : schema);
        }
        one.schemas(
                Arrays.stream(all.getSchemas()).map(name -> named(name, schema)).toArray(String[]::new));
        Map<String, String> placeholders = new HashMap<>(all.getPlaceholders());
        placeholders.replaceAll((name, value) -> named(value, schema));
        one.placeholders(placeholders);
        one.getPluginRegister().getExact(PostgreSQLConfigurationExtension.class).setTransactionalLock(false);
        return one;
    }

    /**
     * Returns the placeholder that stands for the schema in scripts, including its prefix and suffix. It is Flyway's own or,
     * if all histories are in one place, one of the user's.
     *
     * @return empty if there is no such placeholder
     */
    public static Optional<String> placeholder(Configuration configuration) {
        Optional<String> name = isInOnePlace(configuration)
                ? configuration.getPlaceholders().entrySet().stream()
                        .filter(placeholder -> placeholder.getValue().equals(SCHEMA))
                        .map(Map.Entry::getKey)
                        .sorted()
                        .findFirst()
                : Optional.of("flyway" + configuration.getPlaceholderSeparator() + "defaultSchema");
        return name.map(found -> configuration.getPlaceholderPrefix() + found + configuration.getPlaceholderSuffix());
    }

    private static boolean isInOnePlace(Configuration configuration) {
        return configuration.getTable().contains(SCHEMA);
    }

    private static String named(String setting, String schema) {
        return setting.replace(SCHEMA, schema);
    }
}
