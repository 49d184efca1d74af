package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of {@code dev/guides/checks}: a head, an example with what is found there, and the statements that put it right.
 * Its test runs the statements. With {@code -Ddbopt.rewrite=true} it writes the head and what is found; else it compares
 * them.
 *
 * @param head all that stands before the example
 * @param example the statements that make the finding
 * @param found what is printed of it; empty where the page shows nothing
 * @param fix the statements that put it right
 */
public record FindingPage(Path file, String head, List<String> example, String found, List<String> fix) {
    private static final Path FOLDER = Path.of("dev/guides/checks");

    private static final Pattern PARTS = Pattern.compile(
            "(?s)(?<head>.*?)## Example\n\n(?:```sql\n(?<example>.*?)```\n\n)?(?:```text\n(?<found>.*?)```\n\n)?"
                    + "## Fix\n\n```sql\n(?<fix>.*?)```\n.*?\n## What makes it wrong\n\n\\S.*");

    public FindingPage {
        example = List.copyOf(example);
        fix = List.copyOf(fix);
    }

    /** The page of this kind of finding. */
    public static FindingPage of(String kind) {
        Path file = FOLDER.resolve(kind + ".md");
        Matcher parts = PARTS.matcher(read(file));
        assertThat(parts.matches())
                .as(
                        file
                                + ": a head, then \"## Example\", \"## Fix\" with a block of SQL, and \"## What makes it wrong\"")
                .isTrue();
        return new FindingPage(
                file,
                parts.group("head"),
                statements(parts.group("example")),
                parts.group("found") == null ? "" : parts.group("found"),
                statements(parts.group("fix")));
    }

    /** The kinds of finding that have a page, sorted. */
    public static List<String> kinds() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("README.md"))
                    .map(name -> name.replaceFirst("\\.md$", ""))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The page begins so, and shows this of its example; figures differ from run to run. */
    public void assertSays(String beginning, String printed) {
        if (Boolean.getBoolean("dbopt.rewrite")) {
            String text = read(file);
            String rest = text.substring(head.length());
            int shown = rest.indexOf("```text\n") + "```text\n".length();
            write(file, beginning + rest.substring(0, shown) + printed + rest.substring(rest.indexOf("```\n", shown)));
            return;
        }
        assertThat(head).isEqualTo(beginning);
        assertThat(masked(found)).isEqualTo(masked(printed));
    }

    /** The list of all pages, which a test holds equal to what they are named. */
    public static void assertListed() {
        StringBuilder list = new StringBuilder(
                """
                # Every check, and every kind of finding

                Each has a page: when it is reported, why it matters, an example, the fix, and when it is wrong. `dbopt health` and `dbopt audit` name the page of what they find.

                """);
        for (String kind : kinds()) {
            String title = read(FOLDER.resolve(kind + ".md"))
                    .lines()
                    .filter(line -> line.startsWith("# "))
                    .findFirst()
                    .orElseThrow()
                    .substring(2);
            list.append("- [")
                    .append(kind)
                    .append("](")
                    .append(kind)
                    .append(".md): ")
                    .append(title)
                    .append('\n');
        }
        Path file = FOLDER.resolve("README.md");
        if (Boolean.getBoolean("dbopt.rewrite")) {
            write(file, list.toString());
        }
        assertThat(read(file)).isEqualTo(list.toString());
    }

    private static List<String> statements(String block) {
        return block == null
                ? List.of()
                : Arrays.stream(block.split(";\n"))
                        .filter(statement -> !statement.isBlank())
                        .toList();
    }

    private static String masked(String text) {
        return text.replaceAll("[0-9][0-9.,-]*", "N")
                .replaceAll("N (kB|MB|bytes)", "SIZE")
                .replaceAll(" +", " ");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
