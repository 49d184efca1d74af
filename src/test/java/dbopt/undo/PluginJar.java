package dbopt.undo;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The plugin's jar, made of what {@code pom.xml} says is in it. */
final class PluginJar {
    private static final Path CLASSES = Path.of("target/classes");

    private PluginJar() {}

    static Path in(Path folder) {
        return write(folder.resolve("dbopt-plugin.jar"));
    }

    /** Puts the plugin and the project's pom where {@code mvn install} puts them. */
    static void install(Path repository) throws IOException {
        Path folder = Files.createDirectories(repository.resolve("dbopt/dbopt/1.0.0"));
        Files.copy(Path.of("pom.xml"), folder.resolve("dbopt-1.0.0.pom"));
        write(folder.resolve("dbopt-1.0.0-plugin.jar"));
    }

    private static Path write(Path jar) {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file);
                Stream<Path> paths = Files.walk(CLASSES)) {
            String plugin = execution();
            List<String> included = values(plugin, "include");
            List<String> excluded = values(plugin, "exclude");
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                Path entry = CLASSES.relativize(path);
                if (matches(included, entry) && !matches(excluded, entry)) {
                    entries.putNextEntry(new JarEntry(entry.toString().replace('\\', '/')));
                    Files.copy(path, entries);
                    entries.closeEntry();
                }
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String execution() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        int start = pom.indexOf("<id>plugin</id>");
        return pom.substring(start, pom.indexOf("</execution>", start));
    }

    private static List<String> values(String xml, String element) {
        return Pattern.compile("<" + element + ">(.*)</" + element + ">")
                .matcher(xml)
                .results()
                .map(MatchResult::group)
                .map(found -> found.replaceAll("<.*?>", ""))
                .toList();
    }

    private static boolean matches(List<String> patterns, Path entry) {
        return patterns.stream().anyMatch(pattern -> FileSystems.getDefault()
                .getPathMatcher("glob:" + pattern)
                .matches(entry));
    }
}
