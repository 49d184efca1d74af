package dbopt.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The table is inserted between the markers of the document. */
class BenchmarksTest {
    @Test
    void a_new_table_replaces_the_last_one_and_keeps_the_surrounding_text() throws IOException {
        String document = Files.readString(Path.of(Benchmarks.FILE));
        String written = Benchmarks.with(document, "| a table |\n");
        assertThat(written).contains("begin -->\n\n| a table |\n\n<!--").doesNotContain("| **Sizes** |");
        assertThat(written).startsWith(document.substring(0, document.indexOf("begin -->")));
        assertThat(written).endsWith(document.substring(document.indexOf("end -->")));
        assertThat(Benchmarks.with(written, "| a table |\n")).isEqualTo(written);
    }

    @Test
    void the_table_needs_marker_comments_in_the_guide() {
        assertThatThrownBy(() -> Benchmarks.with("# Benchmarks\n", "| a table |\n"))
                .hasMessageStartingWith("dev/guides/BENCHMARKS.md lacks the comments that the table goes between");
    }
}
