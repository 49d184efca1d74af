package dbopt.twin;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.terminal.CommandFailure;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("anyversion")
class TwinVersionTest {
    @ParameterizedTest
    @ValueSource(ints = {13, 19})
    void an_unsupported_version_is_refused(int major) {
        assertThatThrownBy(() -> Twin.requireSupported(major))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("No twin of PostgreSQL " + major
                        + " can be made, only of versions [14, 15, 16, 17, 18]. Nothing was changed.");
    }

    @Test
    void another_page_size_is_refused() {
        assertThatThrownBy(() -> Twin.requirePages(32768))
                .isInstanceOf(CommandFailure.class)
                .hasMessage(
                        "No twin of a PostgreSQL with pages of 32768 bytes can be made, only of 8192. Nothing was changed.");
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void supported_versions_are_accepted(int major) {
        assertThatCode(() -> Twin.requireSupported(major)).doesNotThrowAnyException();
    }
}
