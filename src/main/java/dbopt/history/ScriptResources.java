package dbopt.history;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.scanner.Scanner;

/** Finds the scripts in Flyway's locations. */
public final class ScriptResources {
    private ScriptResources() {}

    /** Returns the configuration's own provider of scripts, or else one that scans its locations now. */
    public static ResourceProvider of(Configuration configuration) {
        return configuration.getResourceProvider() != null
                ? configuration.getResourceProvider()
                : new Scanner<>(JavaMigration.class, configuration, configuration.getLocations());
    }

    /** Makes everything that uses this configuration work with the scripts that exist now, each of which is read only once. */
    public static FluentConfiguration readOnce(FluentConfiguration configuration) {
        Scanner<JavaMigration> scanner =
                new Scanner<>(JavaMigration.class, configuration, configuration.getLocations());
        return configuration
                .resourceProvider(new ReadOnce(scanner, new ConcurrentHashMap<>()))
                .javaMigrationClassProvider(scanner);
    }

    /** @param scripts the scripts read so far, by the resource that the scanner found */
    private record ReadOnce(ResourceProvider scanner, Map<LoadableResource, LoadableResource> scripts)
            implements ResourceProvider {
        @Override
        public LoadableResource getResource(String name) {
            LoadableResource found = scanner.getResource(name);
            return found == null ? null : readOnce(found);
        }

        @Override
        public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
            return List.copyOf(scanner.getResources(prefix, suffixes).stream()
                    .map(this::readOnce)
                    .toList());
        }

        /** Wraps the script so that it is read once. A script too large to be kept in memory is read each time. */
        private LoadableResource readOnce(LoadableResource found) {
            return found.shouldStream() ? found : scripts.computeIfAbsent(found, Script::new);
        }
    }

    /** A script whose text is kept after the first read. */
    private static final class Script extends LoadableResource {
        private final LoadableResource file;
        private String text;

        Script(LoadableResource file) {
            this.file = requireNonNull(file, "file is null");
        }

        @Override
        public synchronized Reader read() {
            if (text == null) {
                StringWriter read = new StringWriter();
                try (Reader reader = file.read()) {
                    reader.transferTo(read);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                text = read.toString();
            }
            return new StringReader(text);
        }

        @Override
        public String getAbsolutePath() {
            return file.getAbsolutePath();
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return file.getAbsolutePathOnDisk();
        }

        @Override
        public String getFilename() {
            return file.getFilename();
        }

        @Override
        public String getRelativePath() {
            return file.getRelativePath();
        }
    }
}
