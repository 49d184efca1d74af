package dbopt.history;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.scanner.Scanner;

/**
 * Finds the checks that scripts call and a callback creates in the temporary schema of their session. Without the callback
 * the server would report only that the schema {@code pg_temp} does not exist.
 */
public final class TemporaryFunctions {
    // both begin with a literal, which Java finds fast: the guard's callbacks have 64 kB, and many schemas are read in
    // a run
    private static final Pattern CALLED = Pattern.compile("pg_temp\\.(assert_\\w+)\\s*\\(");
    private static final Pattern MADE = Pattern.compile("function\\s+pg_temp\\.(\\w+)\\s*\\(");

    private final SortedSet<String> made = new TreeSet<>();
    private final boolean known;

    private TemporaryFunctions(Configuration configuration, String event) {
        // what a Java callback creates cannot be read from its class; the callbacks of this tool create nothing
        known = !configuration.isSkipDefaultCallbacks()
                && Stream.of(configuration.getCallbacks())
                        .allMatch(callback -> callback.getClass().getName().startsWith("dbopt."));
        if (known) {
            for (ResourceProvider provider : providers(configuration)) {
                // for a prefix that is a file's whole name, Flyway's scanner skips this file: hence the empty prefix
                provider.getResources("", configuration.getSqlMigrationSuffixes()).stream()
                        .filter(file -> file.getFilename()
                                .matches("(" + event + "|afterConnect)("
                                        + Pattern.quote(configuration.getSqlMigrationSeparator()) + ".*|\\.[^.]*)"))
                        .forEach(callback -> made.addAll(names(MADE, text(callback))));
            }
        }
    }

    /** Reads which functions the SQL callbacks of this event create. The configuration locates the callbacks. */
    public static TemporaryFunctions of(Configuration configuration, String event) {
        return new TemporaryFunctions(configuration, event);
    }

    /** The functions that the script calls although neither the script nor a callback creates them, sorted by name. */
    public SortedSet<String> missingFor(String script) {
        SortedSet<String> missing = new TreeSet<>();
        if (known) {
            missing.addAll(names(CALLED, script));
            missing.removeAll(made);
            missing.removeAll(names(MADE, script));
        }
        return missing;
    }

    private static List<ResourceProvider> providers(Configuration configuration) {
        ResourceProvider scripts = ScriptResources.of(configuration);
        Location[] callbacks = configuration.getCallbackLocations();
        return callbacks == null || callbacks.length == 0
                ? List.of(scripts)
                : List.of(scripts, new Scanner<>(JavaMigration.class, configuration, callbacks));
    }

    private static SortedSet<String> names(Pattern pattern, String text) {
        SortedSet<String> names = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private static String text(LoadableResource resource) {
        try (Reader reader = resource.read()) {
            StringWriter text = new StringWriter();
            reader.transferTo(text);
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
