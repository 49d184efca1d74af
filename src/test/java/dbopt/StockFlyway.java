package dbopt;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A Flyway of its own class loader: the one that the tests run with, but without this project, or another version of
 * it with the plugin's jar, as if it lay in Flyway's {@code lib} folder.
 */
public final class StockFlyway implements AutoCloseable {
    private final URLClassLoader loader;

    private StockFlyway(URLClassLoader loader) {
        this.loader = loader;
    }

    /** The Flyway of this build, without dbopt on its class path. */
    public static StockFlyway withoutPlugin() {
        return of(Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> path.endsWith(".jar"))
                .map(Path::of)
                .toList());
    }

    /** A Flyway made of these jars and nothing else. */
    public static StockFlyway of(List<Path> jars) {
        return new StockFlyway(new URLClassLoader(
                jars.stream().map(StockFlyway::url).toArray(URL[]::new), ClassLoader.getPlatformClassLoader()));
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Runs a command of Flyway's Java interface, such as {@code migrate}, and returns its result. */
    public Object run(String command, TestDatabase database, Map<String, String> settings) {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        try {
            Object configuration = loader.loadClass("org.flywaydb.core.Flyway")
                    .getMethod("configure", ClassLoader.class)
                    .invoke(null, loader);
            configuration = configuration
                    .getClass()
                    .getMethod("dataSource", String.class, String.class, String.class)
                    .invoke(configuration, database.url(), TestDatabase.OWNER, TestDatabase.PASSWORD);
            configuration = configuration
                    .getClass()
                    .getMethod("configuration", Map.class)
                    .invoke(configuration, settings);
            Object flyway = configuration.getClass().getMethod("load").invoke(configuration);
            return flyway.getClass().getMethod(command).invoke(flyway);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e.getCause() == null ? e : e.getCause());
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Override
    public void close() {
        try {
            loader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
