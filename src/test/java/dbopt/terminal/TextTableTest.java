package dbopt.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTableTest {
    @Test
    void aligns_its_columns() {
        TextTable table = new TextTable("name", ">size", "kept");
        table.row("a", "8 kB", "b");
        table.row("a long name", "1.5 MB", "");
        assertThat(table.text())
                .isEqualTo(
                        """
                        name           size  kept
                        a              8 kB  b
                        a long name  1.5 MB
                        """);
    }

    @ParameterizedTest(name = "{0} bytes")
    @CsvSource({"0,0 bytes", "1023,1023 bytes", "8192,8 kB", "8626176,8.2 MB", "3221225472,3.0 GB"})
    void sizes_are_human_readable(long bytes, String text) {
        assertThat(Bytes.text(bytes)).isEqualTo(text);
    }
}
