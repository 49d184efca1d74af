package dbopt.plans;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One plan out of several runs of the same query: the last one's, since the first may have filled the caches. */
final class MedianRun {
    private MedianRun() {}

    /** The last run's plan with the medians of buffers and time. */
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

    /** The middle one, the lower of two. */
    private static double median(Stream<Double> values) {
        List<Double> sorted = values.sorted().toList();
        return sorted.get((sorted.size() - 1) / 2);
    }
}
