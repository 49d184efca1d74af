package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the charts over time draw, and where. */
@Tag("anyversion")
class TrendsTest {
    private static final int DEAD_ROWS = 3;

    private static final List<Deploy> DEPLOYS = List.of(
            new Deploy(5, "U3__drop_b.sql", true),
            new Deploy(4, "V3__drop_b.sql", false),
            new Deploy(3, "V2__drop_a.sql", false),
            new Deploy(2, "V1__schema.sql", false));

    private static Map<String, Object> chart(List<Snapshot> runs, int number) {
        return Trends.of(runs, DEPLOYS).get(number);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> part(Map<String, Object> chart, String name) {
        return (List<Map<String, Object>>) chart.get(name);
    }

    private static String line(Map<String, Object> chart) {
        return part(part(chart, "lines").get(0), "pieces").get(0).get("line").toString();
    }

    @Test
    void the_horizontal_axis_is_proportional_to_time_and_the_vertical_one_starts_at_zero() {
        Map<String, Object> chart = chart(
                List.of(
                        Runs.run("2026-01-01T00:00:00Z", 50),
                        Runs.run("2026-01-02T00:00:00Z", 100),
                        Runs.run("2026-01-05T00:00:00Z", 0)),
                DEAD_ROWS);
        assertThat(line(chart)).isEqualTo("0.0,50.0 25.0,0.0 100.0,100.0");
        assertThat(part(chart, "heights"))
                .extracting(height -> height.get("text"))
                .containsExactly("0", "25", "50", "75", "100");
        assertThat(part(chart, "dates"))
                .extracting(date -> date.get("text"))
                .containsExactly("2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05");
        assertThat(part(chart, "points").get(0).get("at")).isEqualTo("2026-01-05 00:00 UTC");
    }

    @Test
    void a_single_run_draws_no_line_and_zeros_are_at_the_bottom() {
        assertThat(Trends.of(List.of(Runs.run("2026-01-01T00:00:00Z", 9)), DEPLOYS))
                .isEmpty();
        assertThat(line(chart(
                        List.of(Runs.run("2026-01-01T00:00:00Z", 0), Runs.run("2026-01-01T06:00:00Z", 0)), DEAD_ROWS)))
                .isEqualTo("0.0,100.0 100.0,100.0");
    }

    /** Deploys are ordered by rank, not by the time of the row, which depends on the client's time zone. */
    @Test
    void a_deploy_is_marked_at_the_first_run_after_it() {
        Map<String, Object> chart = chart(
                List.of(
                        Runs.deployed("2026-01-01T00:00:00Z", 2),
                        Runs.deployed("2026-01-02T00:00:00Z", 4),
                        Runs.deployed("2026-01-03T00:00:00Z", 4),
                        Runs.deployed("2026-01-05T00:00:00Z", 5)),
                DEAD_ROWS);
        assertThat(part(chart, "flags"))
                .containsExactly(
                        Map.of("x", "25.0", "place", "", "shown", "V2 to V3"),
                        Map.of("x", "100.0", "place", "end", "shown", "U3"));
        assertThat(part(chart, "points"))
                .extracting(point -> point.get("deploys"))
                .containsExactly("U3__drop_b", "", "V2__drop_a, V3__drop_b", "");
    }

    @Test
    void a_run_without_access_to_the_schema_history_marks_no_deploy() {
        Map<String, Object> chart = chart(
                List.of(Runs.run("2026-01-01T00:00:00Z", 1), Runs.deployed("2026-01-02T00:00:00Z", 4)), DEAD_ROWS);
        assertThat(part(chart, "flags")).isEmpty();
    }

    @Test
    void scans_are_counted_per_hour_between_runs_an_hour_apart_and_across_a_reset() {
        assertThat(Trends.scansAnHour(
                        List.of(
                                Runs.scanned("2026-01-01T00:00:00Z", 100),
                                Runs.scanned("2026-01-01T01:00:00Z", 160),
                                Runs.scanned("2026-01-01T01:01:00Z", 190),
                                Runs.scanned("2026-01-01T03:00:00Z", 40),
                                Runs.scanned("2026-01-01T05:00:00Z", 40)),
                        Snapshot::sequentialScans))
                .extracting(rate -> rate.map(Math::round).orElse(-1L))
                .containsExactly(-1L, 60L, 89L, 20L, 0L);
    }

    @Test
    void unknown_values_break_the_line_and_are_reported() {
        Map<String, Object> bloat =
                chart(List.of(Runs.run("2026-01-01T00:00:00Z", 1), Runs.run("2026-01-02T00:00:00Z", 2)), 2);
        assertThat(part(part(bloat, "lines").get(0), "pieces")).isEmpty();
        assertThat(part(bloat, "points").get(0).get("values")).isEqualTo(List.of("unknown", "unknown"));
    }

    @Test
    void many_runs_are_thinned_out_but_the_last_run_and_every_deploy_are_drawn() {
        List<Snapshot> runs = new ArrayList<>();
        for (int day = 0; day < 2000; day++) {
            runs.add(Runs.deployed(
                    Instant.parse("2026-01-01T00:00:00Z")
                            .plusSeconds(86400L * day)
                            .toString(),
                    day < 1000 ? 3 : 4));
        }
        Map<String, Object> chart = chart(runs, DEAD_ROWS);
        assertThat(part(chart, "points")).hasSizeBetween(200, Trends.MOST_POINTS);
        assertThat(part(chart, "points").get(0).get("at")).isEqualTo("2031-06-23 00:00 UTC");
        assertThat(part(chart, "flags")).hasSize(1);
    }

    @ParameterizedTest(name = "up to {0}: {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        0          | false | 0
        3          | false | 0 1 2 3
        0.7        | false | 0 0.2 0.4 0.6 0.8
        1234       | false | 0 500 1,000 1,500
        2400000    | false | 0 1 M 2 M 3 M
        8192       | true  | 0 bytes 2 kB 4 kB 6 kB 8 kB
        3565158    | true  | 0 bytes 1 MB 2 MB 3 MB 4 MB
        1181116006 | true  | 0 bytes 512 MB 1 GB 1.5 GB
        """)
    void the_steps_of_the_scale_are_round_numbers_of_their_unit(double highest, boolean bytes, String marks) {
        assertThat(String.join(
                        " ",
                        Axis.upTo(highest, bytes).marks().stream()
                                .map(mark -> Axis.text(mark, bytes))
                                .toList()))
                .isEqualTo(marks);
    }
}
