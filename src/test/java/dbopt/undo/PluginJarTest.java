package dbopt.undo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A class missing from the plugin's jar would be noticed only when needed: in the middle of an undo. */
@Timeout(30)
class PluginJarTest {
    private static final Pattern CLASS = Pattern.compile("dbopt/[a-z]+/[A-Z]\\w*(\\$\\w+)*");

    @Test
    void contains_every_project_class_that_its_classes_refer_to(@TempDir Path folder) throws IOException {
        try (JarFile jar = new JarFile(PluginJar.in(folder).toFile())) {
            Set<String> held = jar.stream().map(entry -> entry.getName()).collect(Collectors.toSet());
            Set<String> named = new TreeSet<>();
            for (String entry : held) {
                if (entry.endsWith(".class")) {
                    try (InputStream bytes = jar.getInputStream(jar.getEntry(entry))) {
                        Matcher names = CLASS.matcher(new String(bytes.readAllBytes(), StandardCharsets.ISO_8859_1));
                        while (names.find()) {
                            named.add(names.group() + ".class");
                        }
                    }
                }
            }
            assertThat(named).isNotEmpty().allMatch(held::contains);
        }
    }
}
