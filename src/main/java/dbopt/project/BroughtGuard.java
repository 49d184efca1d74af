package dbopt.project;

import dbopt.bundled.BundledSql;
import dbopt.files.BoundedFile;
import dbopt.history.ScriptResources;
import dbopt.history.TemporaryFunctions;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.resource.LoadableResource;

/**
 * Brings dbopt's own guard to a project whose scripts call it but whose callbacks do not create it. The callbacks are in a
 * temporary folder for this run.
 */
final class BroughtGuard {
    private static final String CONCURRENT_WAIT = "10min";
    private static final Map<String, List<String>> CALLBACKS = Map.of(
            "beforeEachMigrate", List.of("beforeEachMigrate", "afterEachMigrate"),
            "beforeEachUndo", List.of("beforeEachUndo", "afterEachUndo"));

    private BroughtGuard() {}

    /**
     * Adds the missing callbacks to the locations, if any are missing.
     *
     * @throws CommandFailure if the scripts cannot be used, with a clearer message than Flyway's
     */
    static FluentConfiguration in(FluentConfiguration configuration) {
        String scripts;
        try {
            scripts = scripts(configuration);
        } catch (RuntimeException e) {
            ScriptLinter.require(configuration);
            throw e;
        }
        List<String> missing = new ArrayList<>();
        CALLBACKS.forEach((event, callbacks) -> {
            String made = text(event);
            boolean isMissing = TemporaryFunctions.of(configuration, event).missingFor(scripts).stream()
                    .anyMatch(function -> made.contains("function pg_temp." + function + "("));
            if (isMissing) {
                missing.addAll(callbacks);
            }
        });
        if (missing.isEmpty()) {
            return configuration;
        }
        Location[] before = configuration.getLocations();
        Location[] all = Arrays.copyOf(before, before.length + 1);
        all[before.length] =
                Location.fromPath("filesystem:", folder(missing, configuration).toString());
        return configuration.locations(all);
    }

    private static String scripts(FluentConfiguration configuration) {
        StringBuilder texts = new StringBuilder();
        for (LoadableResource script :
                ScriptResources.of(configuration).getResources("", configuration.getSqlMigrationSuffixes())) {
            try (Reader reader = script.read()) {
                texts.append(BoundedFile.text(reader)).append('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return texts.toString();
    }

    private static Path folder(List<String> callbacks, FluentConfiguration configuration) {
        try {
            Path folder = Files.createTempDirectory("dbopt");
            folder.toFile().deleteOnExit();
            for (String callback : callbacks) {
                Path file = folder.resolve(new ScriptNaming(configuration).callbackName(callback, "redundancy_guard"));
                Files.writeString(
                        file,
                        text(callback)
                                .replace(
                                        "${concurrentLockTimeout}",
                                        configuration
                                                .getPlaceholders()
                                                .getOrDefault("concurrentlocktimeout", CONCURRENT_WAIT)),
                        configuration.getEncoding());
                file.toFile().deleteOnExit();
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String callback) {
        return BundledSql.ofClassPath().read("db/callback/" + callback + ".sql");
    }
}
