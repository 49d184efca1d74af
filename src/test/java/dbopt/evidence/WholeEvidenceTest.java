package dbopt.evidence;

import static dbopt.evidence.Looks.day;
import static org.assertj.core.api.Assertions.assertThat;

import dbopt.evidence.UsageVerdict.Unknown;
import dbopt.evidence.UsageVerdict.Unused;
import dbopt.evidence.UsageVerdict.Used;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A partitioned index is judged by all parts that it has had; other created and dropped indexes do not matter. */
@Tag("anyversion")
class WholeEvidenceTest {
    private static final String WHOLE = "public.w";

    private final Evidence evidence = new Evidence();
    private final Looks primary = Looks.primary("p");
    private final Looks standby = Looks.standby("s", Duration.ofDays(100));

    /** The scans of each part that is there, by its number. */
    private final Map<Integer, Long> parts = new TreeMap<>(Map.of(1, 0L, 2, 3L));

    private final List<IndexCounters> others = new ArrayList<>();
    private double rowsADay = 100;

    private static IndexPart part(int number) {
        return new IndexPart(
                "public", "w" + number, "CREATE INDEX w" + number + " ON public.t" + number + " USING btree (a)");
    }

    private static IndexCounters counters(int number, long scans, Optional<String> whole) {
        return new IndexCounters(
                number,
                1000L + number,
                "public",
                "t" + number,
                "w" + number,
                part(number).definition(),
                Optional.empty(),
                scans,
                scans,
                Optional.empty(),
                8192,
                Optional.of(100L),
                whole);
    }

    private void look(Looks node, double day) {
        Observation one = node.look(day);
        List<IndexCounters> indexes = new ArrayList<>(others);
        List<TableCounters> tables = new ArrayList<>();
        parts.forEach((number, scans) -> {
            indexes.add(counters(number, scans, Optional.of(WHOLE)));
            long rows = Math.round(rowsADay * day);
            tables.add(new TableCounters(
                    1000L + number, "public", "t" + number, rows, 0, 0, rows, 0, 0, 0, 1000, Optional.empty()));
        });
        evidence.add(new Observation(one.state(), indexes, tables, one.statementSource(), one.statements()));
    }

    private UsageVerdict verdict(double day) {
        List<IndexPart> now =
                parts.keySet().stream().map(WholeEvidenceTest::part).toList();
        assertThat(evidence.parts().get(WHOLE)).containsExactlyInAnyOrderElementsOf(now);
        return evidence.ofWhole(WHOLE, now, day(day), Duration.ofDays(Evidence.DAYS));
    }

    @Test
    void an_index_without_a_scan_of_any_part_is_unused() {
        look(primary, 0);
        look(primary, 36);
        assertThat(verdict(36)).isInstanceOfSatisfying(Unused.class, unused -> {
            assertThat(unused.from()).isEqualTo(day(0));
            assertThat(unused.scans()).isEqualTo(3);
            assertThat(unused.use().indexWrites()).isBetween(199.0, 201.0);
        });
    }

    @Test
    void one_scan_of_one_part_counts_as_use() {
        look(primary, 0);
        parts.put(2, 4L);
        look(primary, 20);
        look(primary, 36);
        assertThat(verdict(36)).isEqualTo(new Used(day(20)));
    }

    @Test
    void a_new_part_is_no_evidence_for_the_time_before_it_existed() {
        look(primary, 0);
        parts.put(3, 0L);
        look(primary, 20);
        look(primary, 36);
        assertThat(verdict(36)).isInstanceOfSatisfying(Unused.class, unused -> assertThat(unused.from())
                .isEqualTo(day(0)));
    }

    @Test
    void a_scan_of_a_new_part_counts_as_use() {
        look(primary, 0);
        parts.put(3, 1L);
        look(primary, 20);
        look(primary, 36);
        assertThat(verdict(36)).isNotInstanceOf(Unused.class);
    }

    @Test
    void a_dropped_part_counts_for_the_time_it_existed() {
        look(primary, 0);
        parts.remove(2);
        look(primary, 20);
        look(primary, 36);
        assertThat(verdict(36)).isInstanceOfSatisfying(Unused.class, unused -> assertThat(unused.scans())
                .isZero());
    }

    @Test
    void a_scan_of_a_part_dropped_later_counts_as_use() {
        look(primary, 0);
        parts.put(2, 4L);
        look(primary, 10);
        parts.remove(2);
        look(primary, 20);
        look(primary, 36);
        assertThat(verdict(36)).isEqualTo(new Used(day(10)));
    }

    @Test
    void scans_of_another_dropped_index_do_not_count() {
        others.add(counters(7, 1, Optional.empty()));
        others.add(counters(8, 1, Optional.of("public.v")));
        look(primary, 0);
        others.clear();
        others.add(counters(7, 2, Optional.empty()));
        others.add(counters(8, 2, Optional.of("public.v")));
        look(primary, 10);
        others.clear();
        look(primary, 36);
        assertThat(verdict(36)).isInstanceOf(Unused.class);
    }

    @Test
    void a_standby_that_scans_one_part_keeps_the_index() {
        primary.standbys = List.of("walreceiver 10.0.0.2");
        look(primary, 0);
        look(standby, 0);
        parts.put(1, 1L);
        look(standby, 20);
        look(standby, 36);
        parts.put(1, 0L);
        look(primary, 36);
        assertThat(verdict(36)).isInstanceOf(Used.class);
    }

    @Test
    void use_is_unknown_without_observations() {
        look(primary, 0);
        look(primary, 36);
        assertThat(evidence.ofWhole(WHOLE, List.of(part(1), part(2), part(3)), day(36), Duration.ofDays(Evidence.DAYS)))
                .isEqualTo(new Unknown("not_observed", "its part w3 was not there when the primary was last observed"));
        assertThat(evidence.ofWhole(WHOLE, List.of(), day(36), Duration.ofDays(Evidence.DAYS)))
                .isEqualTo(new Unknown("not_observed", "it has no parts, so nothing is counted for it"));
        assertThat(evidence.ofWhole(
                        WHOLE,
                        List.of(part(1), new IndexPart("public", "w2", "CREATE INDEX w2 ON public.t2 USING btree (b)")),
                        day(36),
                        Duration.ofDays(Evidence.DAYS)))
                .isEqualTo(new Unknown(
                        "definition_changed",
                        "the definition of its part w2 differs from the one at the last observation"));
    }

    @Test
    void partitions_with_little_activity_are_no_evidence() {
        rowsADay = 0.1;
        look(primary, 0);
        look(primary, 36);
        assertThat(verdict(36)).isInstanceOfSatisfying(Unknown.class, unknown -> assertThat(unknown.code())
                .isEqualTo("table_idle"));
    }
}
