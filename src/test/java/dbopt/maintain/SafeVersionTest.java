package dbopt.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("anyversion")
class SafeVersionTest {
    @ParameterizedTest
    @CsvSource({"140000, false", "140003, false", "140004, true", "150000, true", "180000, true"})
    void a_concurrent_rebuild_before_14_4_may_lack_rows(int version, boolean safe) {
        assertThat(Rebuilding.isSafe(version)).isEqualTo(safe);
    }
}
