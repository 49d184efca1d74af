package dbopt.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The table finds its place in the document. */
class BenchmarksTest {
    @Test
    void takes_the_place_of_the_last_table_and_leaves_the_text_around_it() throws IOException {
        String document = Files.readString(Path.of(Benchmarks.FILE));
        String written = Benchmarks.with(document, "| a table |\n");
        assertThat(written).contains("begin -->\n\n| a table |\n\n<!--").doesNotContain("| **Sizes** |");
        assertThat(written).startsWith(document.substring(0, document.indexOf("begin -->")));
        assertThat(written).endsWith(document.substring(document.indexOf("end -->")));
        assertThat(Benchmarks.with(written, "| a table |\n")).isEqualTo(written);
    }

    @Test
    void needs_a_place() {
        assertThatThrownBy(() -> Benchmarks.with("# Benchmarks\n", "| a table |\n"))
                .hasMessageStartingWith("dev/guides/BENCHMARKS.md lacks the comments that the table goes between");
    }
}
