package dbopt.effects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A partitioned index counts as one index with all of its parts. */
@Tag("anyversion")
class PartitionedEffectsTest {
    private final HourlyNode hours = new HourlyNode();

    @BeforeEach
    void make() {
        hours.partitions.putAll(Map.of(1, 31L, 2, 32L));
    }

    private List<IndexEffect> effects() {
        return Effects.of(hours.looks, Bounds.DEFAULT).indexes();
    }

    @Test
    void a_dropped_partitioned_index_is_one_effect_with_its_own_name() {
        hours.work(3, 100, 5).drop().work(3, 100, 500);
        assertThat(effects()).singleElement().satisfies(effect -> {
            assertThat(effect.outcome()).as(effect.why()).isEqualTo(Outcome.WORSE);
            assertThat(effect.lost().title()).isEqualTo("public.by_town on public.parcel");
            assertThat(effect.lost().index().definition())
                    .isEqualTo("CREATE INDEX by_town ON public.parcel USING btree (town)");
            assertThat(effect.lost().index().bytes()).isEqualTo(2 * 8192);
            assertThat(effect.scansBefore()).containsOnlyKeys("by_town");
            assertThat(effect.scansAfter()).isEmpty();
        });
    }

    @Test
    void names_that_need_quotes_are_shown_unquoted_and_quoted_in_the_definition() {
        hours.whole = "\"By \"\"town\"\" ON USING\"";
        hours.root = Optional.of("public.\"The parcels\"");
        hours.work(3, 100, 5).drop().work(3, 100, 5);
        assertThat(hours.effect().lost().title()).isEqualTo("public.By \"town\" ON USING on public.The parcels");
        assertThat(hours.effect().lost().index().definition())
                .isEqualTo("CREATE INDEX \"By \"\"town\"\" ON USING\" ON public.\"The parcels\" USING btree (town)");
        assertThat(hours.effect().scansBefore()).containsOnlyKeys("By \"town\" ON USING");
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        the table         | select * from parcel where town = $1         | WORSE
        a partition       | select * from "Parcel 2" where town = $1     | WORSE
        another table     | select * from parcel_2 where town = $1       | UNKNOWN
        """)
    void statements_count_if_they_name_the_table_or_a_partition(String scenario, String text, Outcome outcome) {
        hours.otherIndex = true;
        hours.text = text;
        hours.work(3, 100, 5).drop().work(3, 100, 500);
        assertThat(hours.effect().outcome()).as(hours.effect().why()).isEqualTo(outcome);
    }

    @Test
    void the_counters_of_the_partitions_are_added_up() {
        hours.liveRows = 600; // a sequential scan of a single small partition would be normal
        hours.missing = Optional.of("the extension pg_stat_statements is not installed in this database");
        hours.work(3, 100, 5).drop().work(3, 100, 5);
        assertThat(hours.effect().before().indexScans()).isEqualTo(2 * 3 * 100);
        assertThat(hours.effect().after().sequentialScans()).isEqualTo(2 * 3 * 100);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.WORSE);
        assertThat(hours.effect().why())
                .isEqualTo(
                        "The table is read from end to end 200.0 times an hour; before, it was 0.0, and 0.0 at most. The statements are unknown.");
    }

    @Test
    void a_partition_created_after_the_drop_counts_too() {
        hours.work(3, 100, 5).drop();
        hours.partitions.put(3, 0L);
        hours.work(3, 100, 5);
        assertThat(hours.effect().after().sequentialScans()).isEqualTo(3 * 3 * 100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a partition is dropped",
                "a partition is detached",
                "all partitions are detached",
                "a partition comes",
                "a part is rebuilt",
                "all parts are rebuilt",
                "a part is not seen",
                "no part is seen, and then they are",
                "the index is renamed",
                "the table is dropped"
            })
    void changes_other_than_a_drop_of_the_whole_index_are_not_a_loss(String event) {
        hours.work(2, 100, 5);
        hours.hour++;
        switch (event) {
            case "a partition is dropped" -> hours.partitions.remove(1);
            case "a partition is detached" -> hours.detached.add(1);
            case "all partitions are detached" -> hours.detached.addAll(List.of(1, 2));
            case "a partition comes" -> hours.partitions.put(3, 33L);
            case "a part is rebuilt" -> hours.partitions.put(1, 41L);
            case "all parts are rebuilt" -> hours.partitions.putAll(Map.of(1, 41L, 2, 42L));
            case "a part is not seen" -> hours.partitions.put(1, 0L);
            case "no part is seen, and then they are" -> {
                hours.partitions.putAll(Map.of(1, 0L, 2, 0L));
                hours.look();
                hours.hour++;
                hours.partitions.putAll(Map.of(1, 31L, 2, 32L));
            }
            case "the index is renamed" -> hours.whole = "of_town";
            default -> {
                hours.partitions.clear();
                hours.index = 0;
            }
        }
        hours.work(2, 100, 5);
        assertThat(effects()).isEmpty();
    }

    @Test
    void an_index_dropped_while_a_partition_is_detached_with_its_part_is_lost() {
        hours.work(3, 100, 5);
        hours.detached.add(1);
        hours.drop().work(3, 100, 500);
        assertThat(effects()).hasSize(1);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.WORSE);
    }

    @Test
    void the_drop_is_undone_once_all_parts_exist_again() {
        hours.work(3, 100, 5).drop().work(2, 100, 500);
        hours.partitions.put(1, 41L);
        hours.hour++;
        hours.work(2, 100, 300);
        assertThat(hours.effect().outcome()).as("one part exists again").isEqualTo(Outcome.WORSE);
        assertThat(hours.effect().after().hours()).isEqualTo(2);
        hours.partitions.put(2, 42L);
        hours.hour++;
        hours.work(2, 100, 5);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.TAKEN_BACK);
        assertThat(hours.effect().why())
                .isEqualTo(
                        "Without it, it was worse: 1 of 1 statement reads more than 1.25 times the blocks a call, and more than at any time before. Since the index is back, 1 of 1 is as before.");
        hours.drop().work(2, 100, 5);
        assertThat(hours.effect().outcome()).as("dropped again").isEqualTo(Outcome.SAME);
    }

    @Test
    void parts_are_separate_indexes_if_an_older_observation_lacks_the_table() {
        hours.root = Optional.empty();
        hours.work(3, 100, 5).drop().work(3, 100, 500);
        assertThat(effects())
                .extracting(effect -> effect.lost().title())
                .containsExactlyInAnyOrder("public.part_1 on public.Parcel 1", "public.part_2 on public.Parcel 2");
    }
}
