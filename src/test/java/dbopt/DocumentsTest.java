package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Statements of the project's documents about the project itself. */
@Tag("anyversion")
class DocumentsTest {
    private static final Pattern LINK = Pattern.compile("\\]\\((?<file>[^)#:\\s]*)(?:#(?<heading>[^)\\s]*))?\\)");
    private static final Pattern BADGE = Pattern.compile("!\\[(?<text>[^]]+)]\\((?<file>dev/pictures/\\w+\\.svg)\\)");

    static Stream<Path> documents() throws IOException {
        try (Stream<Path> root = Files.list(Path.of(""));
                Stream<Path> guides = Files.walk(Path.of("dev"))) {
            return Stream.concat(root, guides)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("documents")
    void every_link_within_the_project_leads_somewhere(Path document) {
        List<String> broken = new ArrayList<>();
        for (MatchResult link : LINK.matcher(withoutCode(document)).results().toList()) {
            Path target = link.group(1).isEmpty()
                    ? document
                    : document.resolveSibling(link.group(1)).normalize();
            if (!Files.exists(target)
                    || (link.group(2) != null && !anchors(target).contains(link.group(2)))) {
                broken.add(link.group());
            }
        }
        assertThat(broken).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("documents")
    void every_test_named_in_a_document_exists(Path document) throws IOException {
        Set<String> tests;
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            tests = files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
        }
        assertThat(Pattern.compile("\\b[A-Z]\\w+Test\\b")
                        .matcher(read(document))
                        .results())
                .extracting(MatchResult::group)
                .isSubsetOf(tests);
    }

    @Test
    void the_readme_can_be_read_in_minutes() {
        String readme = read(Path.of("README.md"));
        assertThat(readme.lines()).hasSizeLessThan(165);
        assertThat(readme.split("\\s+", -1)).hasSizeLessThan(1_650);
    }

    @Test
    void the_badges_show_the_versions_of_the_build() {
        String build = read(Path.of("pom.xml"));
        List<String> servers = Pattern.compile("(?<![.0-9])[0-9]+")
                .matcher(found("(?m)^postgresql_versions=\\((.*)\\)$", read(Path.of(".ci/run"))))
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(BADGE.matcher(read(Path.of("README.md"))).results().map(badge -> badge.group(1)))
                .containsExactly(
                        "version " + found("(?m)^    <version>(.*)</version>$", build),
                        "PostgreSQL " + servers.get(0) + " to " + servers.get(servers.size() - 1),
                        "Java " + found("<maven.compiler.release>(.*)</maven.compiler.release>", build) + " or later",
                        "Flyway " + minor(found("<commandline.flyway.version>(.*)</commandline", build)) + " to "
                                + minor(found("<other.flyway.newer.version>(.*)</other", build)),
                        "licence " + found("<name>(Apache.*)</name>", build));
        assertThat(BADGE.matcher(read(Path.of("README.md"))).results())
                .allSatisfy(badge -> assertThat(read(Path.of(badge.group(2))))
                        .contains("aria-label=\"" + badge.group(1) + "\"")
                        .contains(badge.group(1).split(" ", 2)[1] + "</text>"));
    }

    @Test
    void the_images_are_those_of_the_build_and_of_the_pipeline() {
        String build = read(Path.of("pom.xml"));
        String flyway = "flyway/flyway:" + found("<commandline.flyway.version>(.*)</commandline", build);
        assertThat(read(Path.of("dev/container/Dockerfile.flyway"))).contains("ARG FLYWAY_IMAGE=" + flyway + "\n");
        assertThat(read(Path.of(".gitlab-ci.yml"))).contains("name: " + flyway + "\n");
        assertThat(read(Path.of("dev/container/Dockerfile")))
                .contains(":" + found("<maven.compiler.release>(.*)</maven.compiler.release>", build) + "-jre\n");
    }

    @Test
    void the_changelog_starts_with_the_version_of_the_build() {
        assertThat(read(Path.of("CHANGELOG.md")))
                .startsWith("## " + found("(?m)^    <version>(.*)</version>$", read(Path.of("pom.xml"))) + " (");
    }

    private static String found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is like " + pattern))
                .group(1);
    }

    private static String minor(String version) {
        return version.replaceFirst("\\.[0-9]+$", "");
    }

    /** The headings of a document, as GitLab and GitHub make anchors of them. */
    private static Set<String> anchors(Path document) {
        return Pattern.compile("(?m)^#+ (.*)$")
                .matcher(withoutBlocks(document))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String withoutCode(Path document) {
        return withoutBlocks(document).replaceAll("`[^`\n]*`", "");
    }

    private static String withoutBlocks(Path document) {
        return read(document).replaceAll("(?ms)^```.*?^```$", "");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
