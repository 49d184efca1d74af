package dbopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

@Tag("anyversion")
class IndexSizesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final double FACTOR = 1.5;

    private final IndexSizes sizes = new IndexSizes();
    private int day;

    private static IndexCounters index(long id, String definition, long bytes, Long rows) {
        return new IndexCounters(
                id,
                15,
                "public",
                "t",
                "i",
                definition,
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                bytes,
                Optional.ofNullable(rows),
                Optional.empty());
    }

    private void seen(IndexCounters... indexes) {
        NodeState state = new NodeState(
                START.plus(day++, ChronoUnit.DAYS),
                "n",
                "1",
                "app",
                "17",
                false,
                1,
                START,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                false);
        sizes.add(new Observation(state, List.of(indexes), List.of(), StatementSource.missing("none"), List.of()));
    }

    private Optional<IndexSizes.Best> best(long id) {
        return sizes.best(id, "public", "i", FACTOR);
    }

    @Test
    void the_best_size_is_the_fewest_bytes_per_row_and_worse_counts_from_the_last_change() {
        seen(index(7, "on a", 2_000_000, 100_000L));
        seen(index(7, "on a", 1_000_000, 100_000L));
        seen(index(7, "on a", 1_400_000, 100_000L));
        assertThat(best(7).orElseThrow().text()).isEqualTo("its best (2026-01-02)");
        seen(index(7, "on a", 1_600_000, 100_000L));
        seen(index(7, "on a", 3_200_000, 200_000L));
        assertThat(best(7).orElseThrow().text()).isEqualTo("its best (2026-01-02); worse since 2026-01-04");
        assertThat(best(7).orElseThrow().factor(3_000_000, 100_000)).contains(3.0);
        assertThat(best(7).orElseThrow().factor(3_000_000, 0)).isEmpty();
    }

    @Test
    void observations_without_the_index_or_rows_are_skipped_and_a_rebuild_is_followed() {
        seen(index(7, "on a", 1_000_000, 100_000L));
        seen();
        seen(index(7, "on a", 0, 0L), index(8, "on a", 1, null));
        seen(index(9, "on a", 2_000_000, 100_000L));
        assertThat(best(9).orElseThrow().bytesPerRow()).isEqualTo(10);
        assertThat(best(9).orElseThrow().worseSince()).contains(START.plus(3, ChronoUnit.DAYS));
        assertThat(best(7)).as("another index is in its place").isEmpty();
    }

    @Test
    void another_definition_starts_a_new_history() {
        seen(index(7, "on a", 1_000_000, 100_000L));
        seen(index(8, "on a, b", 3_000_000, 100_000L));
        assertThat(best(8).orElseThrow().bytesPerRow()).isEqualTo(30);
    }

    @Test
    void an_observation_by_an_older_dbopt_has_no_row_count() {
        ObjectNode whole = ObservationReader.JSON.valueToTree(index(7, "on a", 8192, 5L));
        whole.remove("rows");
        assertThat(ObservationReader.JSON.treeToValue(whole, IndexCounters.class))
                .isEqualTo(index(7, "on a", 8192, null));
    }
}
