package dbopt.project;

import java.io.StringReader;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.internal.configuration.ConfigUtils;

/**
 * The Flyway settings that dbopt takes from another project's configuration. Other settings name classes and jars of that
 * project, which dbopt does not load, or do not concern dbopt.
 */
final class KnownSettings {
    private static final Set<String> NAMES = Set.of(
            "baselineDescription",
            "baselineOnMigrate",
            "baselineVersion",
            "callbackLocations",
            "connectRetries",
            "createSchemas",
            "defaultSchema",
            "detectEncoding",
            "encoding",
            "executeInTransaction",
            "ignoreMigrationPatterns",
            "initSql",
            "installedBy",
            "locations",
            "lockRetryCount",
            "mixed",
            "outOfOrder",
            "password",
            "placeholderPrefix",
            "placeholderReplacement",
            "placeholderSeparator",
            "placeholderSuffix",
            "postgresql.transactional.lock",
            "repeatableSqlMigrationPrefix",
            "schemas",
            "skipDefaultCallbacks",
            "sqlMigrationPrefix",
            "sqlMigrationSeparator",
            "sqlMigrationSuffixes",
            "table",
            "tablespace",
            "target",
            "url",
            "user",
            "validateMigrationNaming",
            "validateOnMigrate");
    private static final String HELD = "@{schema}";
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}:]+)(?::([^}]*))?}");

    private KnownSettings() {}

    /** Returns the known ones among these settings, by Flyway's full names. */
    static Map<String, String> among(Map<String, String> settings) {
        Map<String, String> known = new TreeMap<>();
        settings.forEach((name, value) -> {
            String own = name.startsWith("flyway.") ? name.substring("flyway.".length()) : "";
            if (NAMES.contains(own) || own.startsWith("placeholders.")) {
                known.put(name, value);
            }
        });
        return known;
    }

    /**
     * Returns the settings in a {@code .conf} file. Flyway replaces environment variables in the file, and an unset one by
     * nothing; an unset {@link SchemaConfigurations#SCHEMA} stays as it is.
     */
    static Map<String, String> conf(String text) {
        if (System.getenv(SchemaConfigurations.VARIABLE) != null) {
            return ConfigUtils.loadConfigurationFromReader(new StringReader(text));
        }
        Map<String, String> settings = ConfigUtils.loadConfigurationFromReader(
                new StringReader(text.replace(SchemaConfigurations.SCHEMA, HELD)));
        settings.replaceAll((name, value) -> value.replace(HELD, SchemaConfigurations.SCHEMA));
        return settings;
    }

    /**
     * Returns a name with hyphens in Flyway's spelling, for example {@code baselineOnMigrate} for
     * {@code baseline-on-migrate}.
     */
    static String camelCase(String name) {
        return Pattern.compile("-([a-z])").matcher(name).replaceAll(letter -> letter.group(1)
                .toUpperCase(Locale.ROOT));
    }

    /** Returns the value with its references replaced; null if a reference is unknown and has no default. */
    static String resolved(String value, Map<String, String> values) {
        for (MatchResult reference : REFERENCE.matcher(value).results().toList()) {
            if (!values.containsKey(reference.group(1)) && reference.group(2) == null) {
                return null;
            }
        }
        return REFERENCE
                .matcher(value)
                .replaceAll(reference ->
                        Matcher.quoteReplacement(values.getOrDefault(reference.group(1), reference.group(2))));
    }
}
