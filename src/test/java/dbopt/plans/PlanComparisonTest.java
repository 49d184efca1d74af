package dbopt.plans;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.queries.FailOn;
import dbopt.queries.PlanVerdict;
import dbopt.queries.WatchedQuery;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanComparisonTest {
    private static final double BOUND = 1.25;
    private static final Map<String, PlannedTable> TABLES =
            Map.of("big", new PlannedTable(5000, 100_000, 5000), "small", new PlannedTable(16, 900, 16));

    /** Plans are written "what it reads, separated by blanks; buffers": an index, or a table from end to end. */
    @ParameterizedTest(name = "{0}: {4}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            nothing changed                                  | narrow_idx; 1000          | narrow_idx; 1000        |   | SAME
            the same plan, within the bound                  | narrow_idx; 1000          | narrow_idx; 1250        |   | SAME
            the same plan, over the bound                    | narrow_idx; 1000          | narrow_idx; 1251        |   | MORE_WORK
            an index that is one level higher                | narrow_idx; 3             | wide_idx; 4             |   | ANOTHER_INDEX
            two of them                                      | narrow_idx; 3             | wide_idx; 5             |   | ANOTHER_INDEX
            few buffers, and twice as many                   | narrow_idx; 3             | wide_idx; 6             |   | MORE_WORK
            few buffers, and twelve times as many            | narrow_idx; 3             | narrow_idx; 35          |   | MORE_WORK
            few buffers, and within the bound                | narrow_idx; 20            | narrow_idx; 25          |   | SAME
            few buffers less                                 | wide_idx; 5               | narrow_idx; 3           |   | ANOTHER_INDEX
            a third of few buffers                           | wide_idx; 9               | narrow_idx; 3           |   | LESS_WORK
            another index                                    | narrow_idx; 1000          | wide_idx; 1100          |   | ANOTHER_INDEX
            another index that is quicker                    | wide_idx; 1000            | narrow_idx; 500         |   | LESS_WORK
            a table that is read from end to end             | narrow_idx; 1000          | big; 1000               |   | SEQUENTIAL
            so it was before                                 | big; 1000                 | big; 1000               |   | SAME
            a table of few pages                             | narrow_idx; 14            | small; 16               |   | ANOTHER_INDEX
            a table of few pages, but more of them           | narrow_idx; 3             | small; 16               |   | MORE_WORK
            the end of it                                    | big; 5000                 | narrow_idx; 10          |   | LESS_WORK
            more work than stated                            | narrow_idx; 1000          | wide_idx; 5001          | 5 | MORE_WORK
            as much work as stated                           | narrow_idx; 1000          | wide_idx; 5000          | 5 | AS_STATED
            a whole table, where the work is stated          | narrow_idx; 1000          | big; 800                | 5 | AS_STATED
            a whole table, and more work than stated         | narrow_idx; 1000          | big; 5001               | 5 | SEQUENTIAL
            """)
    void plans_are_compared_by_buffers_and_shape(
            String scenario, String before, String after, Double stated, PlanVerdict verdict) {
        assertThat(only(compare(measured(before), measured(after), stated)).verdict())
                .isEqualTo(verdict);
    }

    /** A rarely called query may read a few more buffers; the reported ratio is the measured one in any case. */
    @ParameterizedTest
    @CsvSource({
        "4, 36, false, MORE_WORK, 9.00",
        "4, 36, true, SAME, 9.00",
        "4, 37, true, MORE_WORK, 9.25",
        "3, 35, false, MORE_WORK, 11.67",
        "3, 5, false, SAME, 1.67",
        "0, 0, false, SAME, 1.00",
        "0, 3, false, MORE_WORK, 3.00"
    })
    void a_few_more_buffers_are_noise_only_in_queries_that_are_rarely_called(
            long before, long after, boolean seldom, PlanVerdict verdict, String times) {
        WatchedQuery query =
                new WatchedQuery("q", "?", "tests", false, Optional.empty(), seldom, List.of(), "select 1");
        PlanChange change = only(PlanComparison.of(
                recording(measured("narrow_idx; " + before)),
                recording(measured("narrow_idx; " + after)),
                List.of(query),
                BOUND));
        assertThat(change.verdict()).isEqualTo(verdict);
        assertThat(Figures.times(change)).isEqualTo(times);
    }

    @ParameterizedTest(name = "{0}: {3}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            the same plan at any cost           | narrow_idx; 1000 | narrow_idx; 9000 | SAME
            another plan at the same cost       | narrow_idx; 1000 | wide_idx; 1200   | ANOTHER_INDEX
            another plan at a higher cost       | narrow_idx; 1000 | wide_idx; 1300   | MORE_WORK
            two pages more                      | narrow_idx; 8    | wide_idx; 16     | ANOTHER_INDEX
            more than two pages more            | narrow_idx; 8    | wide_idx; 17     | MORE_WORK
            as much dearer as more rows         | narrow_idx; 1000; 400 | wide_idx; 1700; 640 | ANOTHER_INDEX
            dearer than by the rows             | narrow_idx; 1000; 400 | wide_idx; 2100; 640 | MORE_WORK
            fewer rows excuse nothing           | narrow_idx; 1000; 640 | wide_idx; 1300; 400 | MORE_WORK
            """)
    void without_buffers_the_estimate_decides_if_the_plan_differs(
            String scenario, String before, String after, PlanVerdict verdict) {
        assertThat(only(compare(planned(before), planned(after), null)).verdict())
                .isEqualTo(verdict);
    }

    @Test
    void durations_do_not_affect_the_verdict() {
        QueryPlan quick = plan("narrow_idx", 10, Optional.of(new ExecutionCost(1000, 1)));
        QueryPlan slow = plan("narrow_idx", 10, Optional.of(new ExecutionCost(1000, 60_000)));
        assertThat(only(compare(quick, slow, null)).verdict()).isEqualTo(PlanVerdict.SAME);
    }

    @Test
    void a_query_with_changed_text_is_not_compared_and_fails_under_every_threshold() {
        QueryPlan before = planned("narrow_idx; 10");
        QueryPlan after = new QueryPlan(
                "q", "select 2", before.shape(), before.indexes(), before.sequential(), 10, 1, Optional.empty());
        PlanComparison comparison = compare(before, after, null);
        assertThat(only(comparison).detail()).isEqualTo("its text has changed since it was recorded");
        assertThat(FailOn.SEQUENTIAL.fails(verdicts(comparison))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "narrow_idx; 1000, narrow_idx; 1000, ''",
        "narrow_idx; 1000, wide_idx; 1000, changed",
        "narrow_idx; 1000, wide_idx; 2000, changed more-work",
        "narrow_idx; 1000, big; 1000, changed more-work sequential"
    })
    void each_threshold_includes_the_worse_verdicts(String before, String after, String failing) {
        PlanComparison comparison = compare(measured(before), measured(after), null);
        assertThat(Arrays.stream(FailOn.values())
                        .filter(failOn -> failOn.fails(verdicts(comparison)))
                        .map(FailOn::toString)
                        .sorted()
                        .collect(Collectors.joining(" ")))
                .isEqualTo(failing);
    }

    private static List<PlanVerdict> verdicts(PlanComparison comparison) {
        return comparison.changes().stream().map(PlanChange::verdict).toList();
    }

    @Test
    void other_differences_between_the_recordings_are_reported() {
        Recording before = new Recording(
                "16.4",
                "then",
                Recording.Measured.READS,
                Map.of("random_page_cost", "4", "work_mem", "4MB"),
                TABLES,
                List.of());
        Recording after = new Recording(
                "17.11",
                "now",
                Recording.Measured.NOTHING,
                Map.of("random_page_cost", "1.1", "work_mem", "4MB", "enable_seqscan", "off"),
                Map.of("big", new PlannedTable(5000, -1, 2500)),
                List.of());
        assertThat(PlanComparison.of(before, after, List.of(), BOUND).notes())
                .containsExactly(
                        "PostgreSQL was 16.4, is 17.11",
                        "run before: the queries that read; now: no query; the rest is compared by the planner's estimates",
                        "enable_seqscan was the default, is off",
                        "random_page_cost was 4, is 1.1",
                        "big was never analysed: its plans are guesses (analyze big)",
                        "big had 100 % of its pages vacuumed, has 50 %: buffers differ for that alone (vacuum big)");
    }

    @Test
    void the_page_shows_names_as_text_and_does_not_run_them_as_code() {
        assertThat(PlansHtmlReport.of(compare(planned("<b>; 1"), planned("big; 9000"), null)))
                .contains("turned sequential", "no longer &lt;b&gt;; now all of big", "cost 9,000")
                .doesNotContain("<b>");
    }

    private static PlanComparison compare(QueryPlan before, QueryPlan after, Double stated) {
        WatchedQuery query =
                new WatchedQuery("q", "?", "tests", false, Optional.ofNullable(stated), false, List.of(), "select 1");
        return PlanComparison.of(recording(before), recording(after), List.of(query), BOUND);
    }

    private static PlanChange only(PlanComparison comparison) {
        assertThat(comparison.changes()).hasSize(1);
        return comparison.changes().get(0);
    }

    private static Recording recording(QueryPlan plan) {
        return new Recording("17.11", "today", Recording.Measured.READS, Map.of(), TABLES, List.of(plan));
    }

    private static QueryPlan measured(String text) {
        return plan(reads(text), 10, Optional.of(new ExecutionCost(figure(text), 1)));
    }

    private static QueryPlan planned(String text) {
        return plan(reads(text), (double) figure(text), (double) rows(text), Optional.empty());
    }

    private static String reads(String text) {
        return text.substring(0, text.indexOf(';'));
    }

    private static long figure(String text) {
        return Long.parseLong(text.split(";", -1)[1].strip());
    }

    private static long rows(String text) {
        String[] parts = text.split(";", -1);
        return parts.length < 3 ? 1 : Long.parseLong(parts[2].strip());
    }

    private static QueryPlan plan(String reads, double cost, Optional<ExecutionCost> work) {
        return plan(reads, cost, 1, work);
    }

    private static QueryPlan plan(String reads, double cost, double rows, Optional<ExecutionCost> work) {
        boolean sequential = TABLES.containsKey(reads);
        List<String> names = List.of(reads);
        return new QueryPlan(
                "q",
                "select 1",
                List.of("Scan of " + reads),
                new TreeSet<>(sequential ? List.of() : names),
                new TreeSet<>(sequential ? names : List.of()),
                cost,
                rows,
                work);
    }
}
