package dbopt.plans;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes one plan out of several runs of the same query. The plan is that of the last run, since the first run may have
 * filled the caches.
 */
final class MedianRun {
    private MedianRun() {}

    /** Returns the last run's plan with the medians of buffers and time. */
    static QueryPlan of(List<QueryPlan> runs) {
        QueryPlan last = runs.get(runs.size() - 1);
        return new QueryPlan(
                last.query(),
                last.sql(),
                last.shape(),
                last.indexes(),
                last.sequential(),
                last.cost(),
                last.rows(),
                Optional.of(new ExecutionCost(
                        Math.round(median(works(runs).map(work -> (double) work.buffers()))),
                        median(works(runs).map(ExecutionCost::milliseconds)))));
    }

    private static Stream<ExecutionCost> works(List<QueryPlan> runs) {
        return runs.stream().flatMap(run -> run.work().stream());
    }

    /** The median of the values; for an even number, the lower of the two in the middle. */
    private static double median(Stream<Double> values) {
        List<Double> sorted = values.sorted().toList();
        return sorted.get((sorted.size() - 1) / 2);
    }
}
