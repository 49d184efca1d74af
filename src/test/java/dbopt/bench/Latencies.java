package dbopt.bench;

import java.util.Collections;
import java.util.List;

/** The durations of the turns in milliseconds: the maximum and the 99th percentile. */
record Latencies(double longest, double percentile99) {
    static Latencies of(List<Double> turns) {
        List<Double> sorted = turns.stream().sorted().toList();
        return new Latencies(Collections.max(sorted), sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1));
    }
}
