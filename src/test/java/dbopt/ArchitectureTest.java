package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The picture in {@code dev/guides/ARCHITECTURE.md} and the imports agree on which packages may use which others. */
@Tag("anyversion")
class ArchitectureTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern ROW = Pattern.compile("(?ms)^ *subgraph (\\w+)\\[[^]]*]\n(.*?)^ *end$");
    private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?dbopt\\.(?:([a-z]+)\\.)?[A-Z]");

    @Test
    void every_package_uses_only_lower_rows_and_targets_of_its_arrows() throws IOException {
        Picture picture = Picture.of(picture());
        Map<String, Set<String>> imports = imports();
        assertThat(picture.rows().keySet())
                .as("the packages in the picture of dev/guides/ARCHITECTURE.md, and those in " + SOURCES)
                .isEqualTo(imports.keySet());
        assertThat(picture.notAllowed(imports))
                .as("imports that the picture does not allow: move what both need into a row below, or draw an arrow")
                .isEmpty();
        assertThat(picture.notUsed(imports))
                .as("arrows that no import needs: take them away")
                .isEmpty();
    }

    @Test
    void uses_of_a_row_above_or_of_a_neighbour_without_an_arrow_are_reported() {
        Picture picture = Picture.of(
                """
                flowchart TB
                    subgraph high[High]
                        one
                        two
                    end
                    subgraph low[Low]
                        three --> four
                        four --> five
                    end
                    high --> low
                """);
        assertThat(picture.notAllowed(Map.of(
                        "one", Set.of("two", "three"),
                        "two", Set.of("four"),
                        "three", Set.of("one", "four"),
                        "four", Set.of("three"))))
                .containsExactlyInAnyOrder("one -> two", "three -> one", "four -> three");
        assertThat(picture.notUsed(Map.of("three", Set.of("four")))).containsExactly("four -> five");
    }

    private record Picture(Map<String, Integer> rows, Set<String> arrows) {
        static Picture of(String text) {
            Map<String, Integer> rows = new HashMap<>();
            Set<String> arrows = new TreeSet<>();
            List<String> names = new ArrayList<>();
            Matcher row = ROW.matcher(text);
            while (row.find()) {
                for (String line : row.group(2).lines().map(String::strip).toList()) {
                    String[] ends = line.split(" --> ", -1);
                    for (String end : ends) {
                        Integer before = rows.put(end, names.size());
                        assertThat(before).as(end + " stands in one row").isIn(null, names.size());
                    }
                    if (ends.length == 2) {
                        arrows.add(ends[0] + " -> " + ends[1]);
                    }
                }
                names.add(row.group(1));
            }
            assertThat(text).as("the rows, from above").contains("\n    " + String.join(" --> ", names) + "\n");
            return new Picture(rows, arrows);
        }

        List<String> notAllowed(Map<String, Set<String>> imports) {
            return edges(imports)
                    .filter(edge ->
                            !arrows.contains(edge[0] + " -> " + edge[1]) && rows.get(edge[0]) >= rows.get(edge[1]))
                    .map(edge -> edge[0] + " -> " + edge[1])
                    .toList();
        }

        List<String> notUsed(Map<String, Set<String>> imports) {
            Set<String> used =
                    edges(imports).map(edge -> edge[0] + " -> " + edge[1]).collect(Collectors.toSet());
            return arrows.stream().filter(arrow -> !used.contains(arrow)).toList();
        }

        private static Stream<String[]> edges(Map<String, Set<String>> imports) {
            return imports.entrySet().stream()
                    .flatMap(entry -> entry.getValue().stream().map(used -> new String[] {entry.getKey(), used}));
        }
    }

    private static String picture() throws IOException {
        String guide = Files.readString(Path.of("dev/guides/ARCHITECTURE.md"));
        return guide.substring(guide.indexOf("```mermaid\n"), guide.lastIndexOf("```"));
    }

    /** The packages below dbopt that each of them imports; dbopt itself is one. */
    private static Map<String, Set<String>> imports() throws IOException {
        Map<String, Set<String>> imports = new HashMap<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(file -> {
                String own = SOURCES.relativize(file.getParent()).getFileName().toString();
                Set<String> used = imports.computeIfAbsent(own, name -> new TreeSet<>());
                IMPORT.matcher(read(file))
                        .results()
                        .map(found -> found.group(1) == null ? "dbopt" : found.group(1))
                        .filter(name -> !name.equals(own))
                        .forEach(used::add);
            });
        }
        return imports;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
