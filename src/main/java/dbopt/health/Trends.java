package dbopt.health;

import static java.util.Comparator.comparing;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/** The page's charts over time: how each figure changed from run to run, drawn from zero, with the deploys between the runs. */
final class Trends {
    /** The most points of a chart; more could not be distinguished. */
    static final int MOST_POINTS = 300;

    /** The space that a flag needs, in percent of the chart's width; flags closer together would overlap. */
    private static final double FLAG_WIDTH = 14;

    private static final Duration SCANS_OF = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofDays(3);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("MM-dd HH:mm").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);

    /** The style class of each date below a chart: a narrow page omits the dates of the class {@code less}. */
    private static final List<String> PLACES = List.of("", "less", "", "less", "");

    private static final int MOST_DOTS = 60;

    private final List<Snapshot> runs;
    private final List<List<Deploy>> deploys;

    /**
     * A line of a chart.
     *
     * @param values the figure of each run; empty if unknown
     */
    record Line(String name, List<Optional<Double>> values) {}

    private Trends(List<Snapshot> unsorted, List<Deploy> deploys) {
        List<Snapshot> all = unsorted.stream().sorted(comparing(Snapshot::at)).toList();
        runs = new ArrayList<>();
        this.deploys = new ArrayList<>();
        int step = (all.size() + MOST_POINTS - 1) / MOST_POINTS;
        for (int at = (all.size() - 1) % step; at < all.size(); at += step) {
            Snapshot run = all.get(at);
            this.deploys.add(runs.isEmpty() ? List.of() : Deploy.between(runs.get(runs.size() - 1), run, deploys));
            runs.add(run);
        }
    }

    /** Returns the earlier runs, followed by this one. */
    static List<Snapshot> runs(History history, HealthReport report) {
        List<Snapshot> runs = new ArrayList<>(history.snapshots());
        runs.add(Snapshot.of(report));
        return runs;
    }

    /** Returns the charts of these runs; none if there is only one run. */
    static List<Map<String, Object>> of(List<Snapshot> all, List<Deploy> deploys) {
        if (all.size() < 2) {
            return List.of();
        }
        Trends trends = new Trends(all, deploys);
        return List.of(
                trends.chart(
                        "Size of tables and indexes",
                        true,
                        trends.line("tables", run -> Optional.of(run.dataBytes())),
                        trends.line("indexes", run -> Optional.of(run.indexBytes()))),
                trends.chart(
                        "Scans an hour",
                        false,
                        new Line("sequential", scansAnHour(trends.runs, Snapshot::sequentialScans)),
                        new Line("by index", scansAnHour(trends.runs, run -> run.indexScans()
                                .orElse(-1L)))),
                trends.chart(
                        "Bloat, estimated",
                        true,
                        trends.line("tables", Snapshot::tableBloat),
                        trends.line("indexes", Snapshot::indexBloat)),
                trends.chart("Dead rows", false, trends.line("dead rows", run -> Optional.of(run.deadRows()))));
    }

    private Line line(String name, Function<Snapshot, Optional<Long>> figure) {
        return new Line(
                name,
                runs.stream()
                        .map(run -> figure.apply(run).map(Long::doubleValue))
                        .toList());
    }

    /**
     * Returns the scans an hour at each run, counted since the newest run that is at least an hour older, or since the first
     * run, so that two runs within a minute do not give the rate. A counter that is lower than before began again at zero.
     *
     * @param counter reads the counter of a run; negative if unknown
     */
    static List<Optional<Double>> scansAnHour(List<Snapshot> runs, ToLongFunction<Snapshot> counter) {
        List<Optional<Double>> rates = new ArrayList<>();
        long[] sums = new long[runs.size()];
        int from = 0;
        for (int at = 0; at < runs.size(); at++) {
            long now = counter.applyAsLong(runs.get(at));
            long then = at == 0 ? -1 : counter.applyAsLong(runs.get(at - 1));
            if (now < 0 || then < 0) {
                from = at;
                sums[at] = 0;
                rates.add(Optional.empty());
                continue;
            }
            sums[at] = sums[at - 1] + (now < then ? now : now - then);
            while (from + 1 < at
                    && !between(runs.get(from + 1), runs.get(at))
                            .minus(SCANS_OF)
                            .isNegative()) {
                from++;
            }
            double hours = Math.max(1, between(runs.get(from), runs.get(at)).toSeconds()) / 3600.0;
            rates.add(Optional.of((sums[at] - sums[from]) / hours));
        }
        return rates;
    }

    private static Duration between(Snapshot one, Snapshot other) {
        return Duration.between(one.at(), other.at());
    }

    private Map<String, Object> chart(String title, boolean bytes, Line... lines) {
        double highest = List.of(lines).stream()
                .flatMap(line -> line.values().stream())
                .flatMap(Optional::stream)
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
        Axis axis = Axis.upTo(highest, bytes);
        List<Map<String, Object>> drawn = IntStream.range(0, lines.length)
                .mapToObj(at -> line(lines[at], at == 0 ? "first" : "second", axis, bytes))
                .toList();
        Map<String, Object> chart = new HashMap<>();
        chart.put("title", title);
        chart.put("lines", drawn);
        chart.put(
                "spoken",
                String.join(
                        "; ",
                        drawn.stream()
                                .map(line -> line.get("name") + " " + line.get("last") + " " + line.get("change"))
                                .toList()));
        chart.put(
                "heights",
                axis.marks().stream()
                        .map(mark -> Map.of(
                                "y", number(100 - axis.height(mark)),
                                "bottom", number(axis.height(mark)),
                                "text", Axis.text(mark, bytes)))
                        .toList());
        chart.put("dates", dates());
        chart.put("flags", flags());
        chart.put("points", points(bytes, lines));
        return chart;
    }

    private Map<String, Object> line(Line line, String colour, Axis axis, boolean bytes) {
        List<Double> known = line.values().stream().flatMap(Optional::stream).toList();
        Optional<Double> last = line.values().get(runs.size() - 1);
        return Map.of(
                "name",
                line.name(),
                "colour",
                colour,
                "last",
                last.map(value -> Axis.text(value, bytes)).orElse("unknown"),
                "change",
                last.filter(value -> known.get(0) > 0)
                        .map(value -> String.format(
                                Locale.ROOT,
                                "%+.1f %% from %s",
                                100 * (value - known.get(0)) / known.get(0),
                                Axis.text(known.get(0), bytes)))
                        .orElse(""),
                "pieces",
                pieces(line, axis));
    }

    /** Returns the pieces of a line, which is broken where a figure is unknown. */
    private List<Map<String, String>> pieces(Line line, Axis axis) {
        List<Map<String, String>> pieces = new ArrayList<>();
        List<String> corners = new ArrayList<>();
        for (int at = 0; at <= runs.size(); at++) {
            Optional<Double> value =
                    at == runs.size() ? Optional.empty() : line.values().get(at);
            if (value.isPresent()) {
                corners.add(x(at) + "," + number(100 - axis.height(value.get())));
            } else if (!corners.isEmpty()) {
                String first = corners.get(0);
                String last = corners.get(corners.size() - 1);
                pieces.add(Map.of(
                        "line",
                        String.join(" ", corners),
                        "area",
                        ground(first) + " " + String.join(" ", corners) + " " + ground(last),
                        // a stroke of length zero is a dot, however the drawing is stretched
                        "dots",
                        corners.size() > MOST_DOTS ? "" : "M" + String.join("h0M", corners) + "h0"));
                corners.clear();
            }
        }
        return pieces;
    }

    private static String ground(String corner) {
        return corner.replaceFirst(",.*", ",100");
    }

    private String x(int at) {
        return number(position(runs.get(at).at()));
    }

    /** Returns the position of a time, in percent of the time from the first run to the last. */
    private double position(Instant at) {
        Instant first = runs.get(0).at();
        double span = Math.max(
                1, Duration.between(first, runs.get(runs.size() - 1).at()).toSeconds());
        return 100 * Duration.between(first, at).toSeconds() / span;
    }

    private List<Map<String, String>> dates() {
        Instant first = runs.get(0).at();
        Duration span = Duration.between(first, runs.get(runs.size() - 1).at());
        DateTimeFormatter format = span.compareTo(SHORT) < 0 ? HOUR : DAY;
        List<Map<String, String>> dates = new ArrayList<>();
        for (int quarter = 0; quarter < PLACES.size(); quarter++) {
            Instant at = first.plus(span.multipliedBy(quarter).dividedBy(PLACES.size() - 1));
            dates.add(Map.of("x", number(25.0 * quarter), "place", PLACES.get(quarter), "text", format.format(at)));
        }
        return dates;
    }

    /** Returns a flag for the deploys between two runs, at the later of the two. */
    private List<Map<String, Object>> flags() {
        List<Map<String, Object>> flags = new ArrayList<>();
        double free = 0;
        for (int at = 0; at < runs.size(); at++) {
            if (!deploys.get(at).isEmpty()) {
                double x = position(runs.get(at).at());
                boolean shown = x >= free;
                free = shown ? x + FLAG_WIDTH : free;
                flags.add(Map.of(
                        "x",
                        number(x),
                        "place",
                        x > 100 - FLAG_WIDTH / 2 ? "end" : "",
                        "shown",
                        shown ? Deploy.inShort(deploys.get(at)) : false));
            }
        }
        return flags;
    }

    /** Returns the points for the chart's table, the newest run first. */
    private List<Map<String, Object>> points(boolean bytes, Line... lines) {
        List<Map<String, Object>> points = new ArrayList<>();
        for (int run = runs.size() - 1; run >= 0; run--) {
            int at = run;
            points.add(Map.of(
                    "x",
                    x(at),
                    "at",
                    TIME.format(runs.get(at).at()) + " UTC",
                    "values",
                    List.of(lines).stream()
                            .map(line -> line.values()
                                    .get(at)
                                    .map(value -> Axis.text(value, bytes))
                                    .orElse("unknown"))
                            .toList(),
                    "deploys",
                    String.join(", ", deploys.get(at).stream().map(Deploy::name).toList())));
        }
        return points;
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }
}
