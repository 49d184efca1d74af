package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of very many earlier runs a history keeps. */
class HistoryTest {
    private static final int RUNS = 5000;

    @TempDir
    private Path folder;

    @Test
    void many_runs_are_thinned_out_except_the_newest_and_the_starts_of_targets() {
        Path file = folder.resolve("history");
        for (int number = 1; number <= RUNS; number++) {
            History.append(file, run(number));
        }

        List<Snapshot> runs = History.read(file, "app", warning -> {}).snapshots();

        assertThat(runs).hasSizeBetween(1000, 2000).isSortedAccordingTo((one, other) -> one.at()
                .compareTo(other.at()));
        assertThat(runs).first().isEqualTo(run(1));
        assertThat(runs).contains(run(2), run(36)).last().isEqualTo(run(RUNS));
    }

    /** The second run is the first that counts scans, the thirty-sixth the first that counts something else as well. */
    private static Snapshot run(int number) {
        Map<String, BigDecimal> scans = Map.of("scans", BigDecimal.valueOf(number));
        Map<String, BigDecimal> both = Map.of("scans", BigDecimal.valueOf(number), "other", BigDecimal.ONE);
        return new Snapshot(
                Instant.EPOCH.plusSeconds(number),
                "app",
                1,
                1,
                1,
                1,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                number < 2 ? Map.of() : number < 36 ? scans : both);
    }
}
