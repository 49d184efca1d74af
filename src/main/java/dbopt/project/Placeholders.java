package dbopt.project;

import static java.util.Objects.requireNonNull;

import dbopt.files.BoundedFile;
import dbopt.history.ScriptResources;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.resource.LoadableResource;

/**
 * The values that replace placeholders when Flyway runs a script, as far as the configuration has them: the user's own
 * placeholders, and the schema and the table of the schema history. Any other placeholder stays as it is.
 */
public final class Placeholders {
    private static final Pattern NO_REPLACEMENT = Pattern.compile("(?m)^\\s*placeholderReplacement\\s*=\\s*false\\s*$");
    private static final Pattern REPLACEMENT = Pattern.compile("(?m)^\\s*placeholderReplacement\\s*=\\s*true\\s*$");

    private final Configuration configuration;
    private final ResourceProvider scripts;
    private final Pattern placeholder;
    private final Map<String, String> values = new HashMap<>();
    private final String defaultSchema;

    private Placeholders(Configuration configuration) {
        this.configuration = requireNonNull(configuration, "configuration is null");
        this.scripts = ScriptResources.of(configuration);
        this.placeholder = Pattern.compile(Pattern.quote(configuration.getPlaceholderPrefix()) + "(.+?)"
                + Pattern.quote(configuration.getPlaceholderSuffix()));
        this.defaultSchema = "flyway" + configuration.getPlaceholderSeparator() + "defaultschema";
        values.put("flyway" + configuration.getPlaceholderSeparator() + "table", configuration.getTable());
        configuration.getPlaceholders().forEach((name, value) -> values.put(name.toLowerCase(Locale.ROOT), value));
    }

    /** Returns the placeholders of this configuration. */
    public static Placeholders of(Configuration configuration) {
        return new Placeholders(configuration);
    }

    /** Returns the text of the script as Flyway runs it. */
    String replaced(LoadableResource script) {
        String text = text(script);
        return text.contains(configuration.getPlaceholderPrefix()) && isReplaced(script) ? replaced(text) : text;
    }

    /** Returns the text with the placeholders replaced, whatever the settings of its script say. */
    public String replaced(String text) {
        return placeholder
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        value(found.group(1).toLowerCase(Locale.ROOT)).orElse(found.group())));
    }

    private Optional<String> value(String name) {
        if (name.equals(defaultSchema) && !values.containsKey(name)) {
            schema().ifPresent(schema -> values.put(name, schema));
        }
        return Optional.ofNullable(values.get(name));
    }

    /**
     * Whether placeholders are replaced in the script. The settings in the script's own {@code .conf} file override the
     * configuration.
     */
    private boolean isReplaced(LoadableResource script) {
        LoadableResource beside = scripts.getResource(script.getRelativePath() + ".conf");
        String settings = beside == null ? "" : text(beside);
        return configuration.isPlaceholderReplacement()
                ? !NO_REPLACEMENT.matcher(settings).find()
                : REPLACEMENT.matcher(settings).find();
    }

    /** Returns the configured schema, or else the connection's schema; empty if neither is known. */
    private Optional<String> schema() {
        Optional<String> configured = HistoryTable.configuredSchema(configuration);
        if (configured.isPresent() || configuration.getDataSource() == null) {
            return configured;
        }
        try (Connection connection = configuration.getDataSource().getConnection()) {
            return Optional.ofNullable(connection.getSchema());
        } catch (SQLException e) {
            return Optional.empty();
        }
    }

    private static String text(LoadableResource script) {
        try (Reader reader = script.read()) {
            return BoundedFile.text(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
