package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrendsTest {
    private static Snapshot run(String at, long deadRows) {
        return new Snapshot(Instant.parse(at), "here", 0, 0, 0, deadRows, 0, 0, Map.of());
    }

    @Test
    void runs_lie_apart_as_far_as_in_time() {
        List<Snapshot> runs = List.of(
                run("2026-01-01T00:00:00Z", 50), run("2026-01-02T00:00:00Z", 100), run("2026-01-05T00:00:00Z", 0));
        assertThat(Trends.points(runs, Snapshot::deadRows)).isEqualTo("0.0,20.0 25.0,0.0 100.0,40.0");
    }

    @Test
    void figures_that_are_all_zero_lie_on_the_ground() {
        assertThat(Trends.points(List.of(run("2026-01-01T00:00:00Z", 0)), Snapshot::deadRows))
                .isEqualTo("0.0,40.0");
    }
}
