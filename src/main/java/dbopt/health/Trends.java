package dbopt.health;

import static java.util.stream.Collectors.joining;

import dbopt.terminal.Bytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/** The page's lines: what became of a figure from run to run, over time, from zero up. */
final class Trends {
    private static final double WIDTH = 100;
    private static final double HEIGHT = 40;

    private Trends() {}

    /** The earlier runs and this one. */
    static List<Snapshot> runs(History history, HealthReport report) {
        List<Snapshot> runs = new ArrayList<>(history.snapshots());
        runs.add(Snapshot.of(report));
        return runs;
    }

    static List<Map<String, Object>> of(List<Snapshot> runs) {
        DoubleFunction<String> bytes = value -> Bytes.text((long) value);
        DoubleFunction<String> count = value -> Units.count((long) value);
        return List.of(
                trend("Size of tables and indexes", runs, run -> run.dataBytes() + run.indexBytes(), bytes),
                trend(
                        "Index-to-data ratio",
                        runs,
                        Snapshot::indexRatio,
                        value -> String.format(Locale.ROOT, "%.2f", value)),
                trend("Sequential scans", runs, Snapshot::sequentialScans, count),
                trend("Dead rows", runs, Snapshot::deadRows, count));
    }

    private static Map<String, Object> trend(
            String title, List<Snapshot> runs, ToDoubleFunction<Snapshot> figure, DoubleFunction<String> text) {
        String points = points(runs, figure);
        double first = figure.applyAsDouble(runs.get(0));
        double last = figure.applyAsDouble(runs.get(runs.size() - 1));
        return Map.of(
                "title",
                title,
                "first",
                text.apply(first),
                "last",
                text.apply(last),
                "change",
                first == 0 ? "" : String.format(Locale.ROOT, " (%+.1f %%)", 100 * (last - first) / first),
                "points",
                points,
                // a stroke without length is a dot, whatever the drawing is stretched to
                "dots",
                Arrays.stream(points.split(" "))
                        .map(point -> "M" + point + "h0")
                        .collect(joining()));
    }

    /** The corners of the line, in the units of the drawing. */
    static String points(List<Snapshot> runs, ToDoubleFunction<Snapshot> figure) {
        double highest = Math.max(runs.stream().mapToDouble(figure).max().orElse(0), Double.MIN_NORMAL);
        double span = Math.max(seconds(runs.get(0), runs.get(runs.size() - 1)), 1);
        return runs.stream()
                .map(run -> String.format(
                        Locale.ROOT,
                        "%.1f,%.1f",
                        WIDTH * seconds(runs.get(0), run) / span,
                        HEIGHT - HEIGHT * figure.applyAsDouble(run) / highest))
                .collect(joining(" "));
    }

    private static double seconds(Snapshot from, Snapshot to) {
        return Duration.between(from.at(), to.at()).toSeconds();
    }
}
