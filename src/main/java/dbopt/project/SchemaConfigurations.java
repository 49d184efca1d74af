package dbopt.project;

import static java.util.Objects.requireNonNull;

import dbopt.history.ScriptResources;
import dbopt.server.DatabaseAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * A project's configuration for each of many schemas. Its settings and its scripts are read once. Each schema has a history
 * of its own: in that schema, or, where {@code flyway.table} holds {@link #SCHEMA}, in a table of its own beside the others.
 */
public final class SchemaConfigurations {
    /** Stands in settings for the name of the schema. For Flyway alone it is a variable of the environment. */
    public static final String SCHEMA = "${schema}";

    static final String VARIABLE = "schema";

    private final FluentConfiguration all;
    private final DatabaseAddress address;

    private SchemaConfigurations(FluentConfiguration all, DatabaseAddress address) {
        this.all = requireNonNull(all, "all is null");
        this.address = requireNonNull(address, "address is null");
    }

    /** @param all the settings, in which the name of a schema may stand open; its scripts are what is there now */
    static SchemaConfigurations of(FluentConfiguration all, DatabaseAddress address) {
        // a schema that was dropped meanwhile must not be made again
        return new SchemaConfigurations(ScriptResources.readOnce(all).createSchemas(false), address);
    }

    /** Whether a setting that says where the history is leaves open which schema is meant. */
    static boolean isOpen(FluentConfiguration configuration) {
        return configuration.getTable().contains(SCHEMA)
                || String.valueOf(configuration.getDefaultSchema()).contains(SCHEMA)
                || Arrays.stream(configuration.getSchemas()).anyMatch(name -> name.contains(SCHEMA));
    }

    /** What holds for all of them. */
    public FluentConfiguration all() {
        return all;
    }

    /** Where the histories are, for people to read. */
    public String place() {
        String table = all.getTable();
        if (!isInOnePlace(all)) {
            return table + " in each";
        }
        return (all.getDefaultSchema() == null ? "" : all.getDefaultSchema() + ".") + table;
    }

    /**
     * The configuration for one of them.
     *
     * @param applicationName how its sessions call themselves in {@code pg_stat_activity}
     */
    public FluentConfiguration of(String schema, String applicationName) {
        return named(all, schema).dataSource(address.dataSource(applicationName));
    }

    /** The settings with this schema in them. */
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
     * The placeholder that stands for the schema in scripts, with its brackets: Flyway's own, or where the histories are in
     * one place, one of the user's.
     *
     * @return empty where there is none
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
