package dbopt.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Several measurements per name, taken in turns, of which the median counts. */
final class Medians {
    private final Map<String, List<Double>> measurements = new LinkedHashMap<>();

    void add(String what, double value) {
        measurements.computeIfAbsent(what, key -> new ArrayList<>()).add(value);
    }

    boolean has(String what) {
        return measurements.containsKey(what);
    }

    double highest(String what) {
        return Collections.max(measurements.get(what));
    }

    /** The median; for an even number of measurements, the lower of the two in the middle. */
    double of(String what) {
        List<Double> sorted = measurements.get(what).stream().sorted().toList();
        return sorted.get((sorted.size() - 1) / 2);
    }

    /** Writes the medians of two names into the report, side by side. */
    void row(
            BenchmarkReport report,
            String about,
            String what,
            String measured,
            String beside,
            String other,
            String unit) {
        report.row(about, what, of(measured), beside, of(other), unit);
    }
}
