package dbopt.effects;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the hours before and after a drop are compared. */
@Tag("anyversion")
class EffectsTest {
    private final HourlyNode hours = new HourlyNode();

    @ParameterizedTest(name = "{0}: {4}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        many times the blocks         | 100 | 5    | 500 | WORSE
        the same blocks               | 100 | 5    | 5   | SAME
        one block more                | 100 | 5    | 6   | SAME
        within the bound              | 100 | 1000 | 1200 | SAME
        over the bound, and it adds up | 100 | 1000 | 1300 | WORSE
        few calls, so it is chance    | 6   | 5    | 500 | UNKNOWN
        fewer blocks                  | 100 | 500  | 5   | BETTER
        """)
    void blocks_per_call_decide_the_outcome(String scenario, long calls, long before, long after, Outcome outcome) {
        hours.work(3, calls, before).drop().work(3, calls, after);
        assertThat(hours.effect().outcome()).as(hours.effect().toString()).isEqualTo(outcome);
    }

    @Test
    void durations_do_not_affect_the_outcome() {
        hours.work(3, 100, 5).drop().look();
        hours.hour(100, 5);
        hours.milliseconds += 1_000_000;
        hours.look();
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.SAME);
        assertThat(hours.effect().statements().get(0).after().millisecondsACall())
                .isGreaterThan(1000);
    }

    @Test
    void spikes_that_were_as_frequent_before_the_drop_are_not_worse() {
        hours.work(1, 100, 5);
        hours.work(1, 10, 500); // the monthly report
        hours.work(1, 100, 5).drop().work(2, 100, 400);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.SAME);
    }

    @Test
    void worse_is_reported_within_the_hour_and_other_outcomes_after_it() {
        hours.work(3, 100, 5).drop().look();
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.TOO_EARLY);
        assertThat(hours.effect().ready()).contains(at(5));
        hours.work(1, 100, 500);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.WORSE);
    }

    @Test
    void after_a_quiet_night_it_is_too_early_and_the_time_of_the_verdict_is_given() {
        hours.work(5, 10, 5).drop().work(6, 0, 0);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.TOO_EARLY);
        assertThat(hours.effect().ready()).contains(at(14));
    }

    @Test
    void an_hour_with_a_reset_or_a_restart_counts_on_neither_side() {
        hours.work(3, 100, 5).drop().work(1, 100, 5);
        hours.serverReset = at(hours.hour);
        hours.calls = 0;
        hours.blocks = 0;
        hours.sequentialScans = 0;
        hours.indexScans = 0;
        hours.hour(100, 5);
        hours.work(1, 100, 5);
        assertThat(hours.effect().after().hours()).isEqualTo(2);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.SAME);
    }

    @Test
    void statements_count_from_the_next_observation_after_a_reset() {
        hours.work(3, 100, 5).drop().look();
        hours.statementReset = Optional.of(at(hours.hour));
        hours.calls = 0;
        hours.blocks = 0;
        hours.hour(100, 5);
        hours.sequentialScans = 0;
        hours.look();
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.TOO_EARLY);
        assertThat(hours.effect().why())
                .isEqualTo(
                        "The statements are not known for long enough without it: pg_stat_statements was reset meanwhile.");
        hours.work(1, 100, 500);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.WORSE);
    }

    @Test
    void without_pg_stat_statements_only_sequential_scans_count() {
        hours.missing = Optional.of("the extension pg_stat_statements is not installed in this database");
        hours.work(3, 100, 5).drop();
        hours.look();
        hours.hour++;
        hours.look();
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(hours.effect().why())
                .isEqualTo(
                        "The statements are not known for long enough with the index: the extension pg_stat_statements is not installed in this database.");
        hours.work(1, 100, 500);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.WORSE);
        assertThat(hours.effect().why()).endsWith("The statements are unknown.");
    }

    @Test
    void a_discarded_statement_is_not_compared_and_that_is_reported() {
        hours.otherIndex = true;
        hours.work(3, 100, 5).drop().look();
        hours.statementKnown = false;
        hours.hour(100, 5);
        hours.discarded = 40;
        hours.work(1, 100, 5);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.TOO_EARLY);
        assertThat(hours.effect().notes())
                .anyMatch(note -> note.startsWith("pg_stat_statements discarded statements 40 times"));
        hours.statementKnown = true;
        hours.calls = 0;
        hours.blocks = 0;
        hours.work(2, 100, 500);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.WORSE);
    }

    @Test
    void another_query_id_with_the_same_text_is_the_same_statement() {
        hours.work(3, 100, 5).drop();
        hours.queryId = "8/10";
        hours.calls = 0;
        hours.blocks = 0;
        hours.work(2, 100, 500);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.WORSE);
    }

    @Test
    void the_same_query_id_with_another_text_is_the_same_statement() {
        hours.work(3, 100, 5).drop();
        hours.text = "/* trace 4711 */ " + HourlyNode.TEXT;
        hours.calls = 0;
        hours.blocks = 0;
        hours.work(2, 100, 500);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.WORSE);
        assertThat(hours.effect().statements()).hasSize(1);
        assertThat(hours.effect().statements().get(0).name().text()).isEqualTo(HourlyNode.TEXT);
    }

    @Test
    void new_statements_are_not_compared_but_new_sequential_scans_of_a_table_are() {
        hours.work(3, 100, 5).drop();
        hours.queryId = "8/10";
        hours.text = HourlyNode.TEXT + " limit $2";
        hours.calls = 0;
        hours.blocks = 0;
        hours.work(2, 100, 500);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.WORSE);
        assertThat(hours.effect().why())
                .isEqualTo(
                        "The table is read from end to end 100.0 times an hour; before, it was 0.0, and 0.0 at most. The statements that were called before, and those of now, are too different to be compared.");
    }

    /** Without the index a report may read the whole table: its blocks per call decide, even before the time is over. */
    @Test
    void sequential_scans_do_not_count_if_their_statements_read_no_more() {
        hours.work(4, 100, 5).drop().work(1, 100, 5);
        IndexEffect effect = Effects.of(hours.looks, new Bounds(1.25, Duration.ofHours(3)))
                .indexes()
                .get(0);
        assertThat(effect.outcome()).as(effect.why()).isEqualTo(Outcome.TOO_EARLY);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.SAME);
    }

    @Test
    void observations_of_a_standby_alone_can_prove_worse_but_not_good() {
        hours.recovery = true;
        hours.work(3, 100, 5).drop().work(2, 100, 5);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(hours.effect().why())
                .isEqualTo("The primary was not observed with the index: what is read there is not known.");
        hours.work(2, 100, 500);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.WORSE);
    }

    @Test
    void time_during_which_a_clock_was_set_back_does_not_count() {
        hours.work(3, 100, 5).drop().work(2, 100, 5);
        hours.hour -= 3;
        hours.work(2, 100, 5);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.SAME);
        assertThat(hours.effect().after().hours()).isEqualTo(2);
    }

    @Test
    void a_drop_is_watched_for_the_given_number_of_days_after_it_was_detected() {
        hours.work(3, 100, 5).drop().work(49, 100, 5);
        Effects effects = Effects.of(hours.looks, Bounds.DEFAULT);
        assertThat(effects.ofLast(3)).hasSize(1);
        assertThat(effects.ofLast(2)).isEmpty();
    }

    @Test
    void only_similar_hours_are_compared() {
        for (int day = 0; day < 2; day++) {
            for (int hour = 0; hour < 24; hour++) {
                hours.look();
                hours.hour(100, hour >= 4 && hour < 8 ? 500 : 5);
            }
        }
        hours.look();
        hours.drop().work(2, 100, 60);
        assertThat(hours.effect().notes()).contains("Only similar hours are compared.");
        assertThat(hours.effect().before().hours()).isEqualTo(4);
        assertThat(hours.effect().outcome())
                .as("60 blocks per call by day are worse than 5, although calls at night took 500")
                .isEqualTo(Outcome.WORSE);
    }

    @Test
    void an_index_that_exists_again_counts_as_undone_and_keeps_its_verdict() {
        hours.work(3, 100, 5).drop().work(2, 100, 500);
        hours.index = 30;
        hours.hour++;
        hours.work(2, 100, 5);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.TAKEN_BACK);
        assertThat(hours.effect().why())
                .isEqualTo(
                        "Without it, it was worse: 1 of 1 statement reads more than 1.25 times the blocks a call, and more than at any time before. Since the index is back, 1 of 1 is as before.");
        hours.drop().work(2, 100, 5);
        assertThat(hours.effect().outcome()).as("dropped again").isEqualTo(Outcome.SAME);
        assertThat(hours.effect().before().hours()).isEqualTo(2);
    }

    @Test
    void an_index_missing_from_one_observation_or_rebuilt_was_not_dropped() {
        hours.work(1, 100, 5);
        hours.index = 0;
        hours.hour++;
        hours.look();
        hours.index = 20;
        hours.hour++;
        hours.work(1, 100, 5);
        hours.index = 31; // REINDEX CONCURRENTLY
        hours.hour++;
        hours.look();
        assertThat(Effects.of(hours.looks, Bounds.DEFAULT).indexes()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"once, false", "once and was rebuilt since it was back, true"})
    void an_index_restored_and_then_missing_from_an_observation_was_dropped_once(String scenario, boolean rebuilt) {
        hours.work(3, 100, 5).drop().work(2, 100, 500);
        hours.index = 30;
        hours.hour++;
        hours.work(2, 100, 5);
        if (rebuilt) {
            hours.index = 31;
            hours.work(1, 100, 5);
        }
        IndexEffect seen = hours.effect();
        long there = hours.index;
        hours.index = 0; // its table was locked during the observation
        hours.hour++;
        hours.look();
        hours.index = there;
        hours.hour++;
        hours.work(1, 100, 5);
        assertThat(hours.effect().lost()).isEqualTo(seen.lost());
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.TAKEN_BACK);
        assertThat(hours.effect().before()).isEqualTo(seen.before());
    }

    @Test
    void the_outcome_is_unknown_without_an_observation_before_the_drop() {
        hours.look();
        hours.drop().work(3, 100, 5);
        assertThat(hours.effect().outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(hours.effect().why()).isEqualTo("It was observed with the index for 0.0 hours; 1.0 are needed.");
    }

    private static Instant at(int hour) {
        return HourlyNode.START.plus(Duration.ofHours(hour));
    }
}
