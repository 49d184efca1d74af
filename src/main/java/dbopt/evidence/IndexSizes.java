package dbopt.evidence;

import static java.util.Objects.requireNonNull;

import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The bytes that each index took for each row in it, in each observation. */
public final class IndexSizes {
    private final Map<String, Line> lines = new HashMap<>();
    private Optional<Instant> last = Optional.empty();

    /** The bytes that an index took for each row in it, in one observation. */
    private record Point(Instant at, double bytesPerRow) {}

    /** The sizes of one index, as long as its definition and its table stay the same. */
    private record Line(long id, long tableId, String definition, List<Point> points) {
        boolean goesOnIn(IndexCounters index) {
            return tableId == index.tableId() && definition.equals(index.definition());
        }

        Line next(IndexCounters index) {
            return new Line(index.id(), tableId, definition, points);
        }
    }

    /**
     * The smallest size of an index for each row in it.
     *
     * @param at when it was observed
     * @param worseSince since when every observation found the index larger by the requested factor; empty if the last
     *     observation did not
     */
    public record Best(Instant at, double bytesPerRow, Optional<Instant> worseSince) {
        public Best {
            requireNonNull(at, "at is null");
            requireNonNull(worseSince, "worseSince is null");
        }

        /** Returns how many times as many bytes for each row the index takes with this size; empty if there are no rows. */
        public Optional<Double> factor(long bytes, long rows) {
            return rows <= 0 ? Optional.empty() : Optional.of((double) bytes / rows / bytesPerRow);
        }

        /** Returns the smallest size for people to read: when it was observed, and since when the index has been larger. */
        public String text() {
            return "its best (%.10s)%s"
                    .formatted(
                            at, worseSince.map("; worse since %.10s"::formatted).orElse(""));
        }
    }

    /** Returns sizes without any observation. */
    public static IndexSizes none() {
        return new IndexSizes();
    }

    /**
     * Reads the observations of one database, from any of its servers, since the index files are the same on all of them.
     *
     * @param warning receives a message about each line that cannot be read
     * @throws CommandFailure if the file cannot be read, or holds no observation of this database
     */
    public static IndexSizes read(Path file, String cluster, String database, Consumer<String> warning) {
        IndexSizes sizes = new IndexSizes();
        SortedSet<String> others = new TreeSet<>();
        int[] own = {0};
        ObservationReader.read(
                file,
                observation -> {
                    NodeState state = observation.state();
                    if (state.cluster().equals(cluster) && state.database().equals(database)) {
                        own[0]++;
                        sizes.add(observation);
                    } else {
                        others.add("cluster " + state.cluster() + ", database " + state.database());
                    }
                },
                warning);
        if (own[0] == 0) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "%s holds observations of %s; this is cluster %s, database %s.\nNothing was changed. Observe this one: dbopt observe FILE"
                            .formatted(
                                    file,
                                    TerminalText.line(String.join("; ", others)),
                                    cluster,
                                    TerminalText.line(database)));
        }
        return sizes;
    }

    /** Returns the time of the latest observation; empty without observations. */
    public Optional<Instant> last() {
        return last;
    }

    void add(Observation observation) {
        Instant at = observation.state().at();
        last = last.filter(earlier -> earlier.isAfter(at)).or(() -> Optional.of(at));
        for (IndexCounters index : observation.indexes()) {
            String name = name(index.schema(), index.index());
            Line line = Optional.ofNullable(lines.get(name))
                    .filter(earlier -> earlier.goesOnIn(index))
                    .map(earlier -> earlier.next(index))
                    .orElseGet(() -> new Line(index.id(), index.tableId(), index.definition(), new ArrayList<>()));
            index.bytesPerRow().ifPresent(size -> line.points().add(new Point(at, size)));
            lines.put(name, line); // an index that an observation lacks was locked at that moment, or dropped
        }
    }

    private static String name(String schema, String index) {
        return schema.length() + " " + schema + index;
    }

    /**
     * Returns the smallest size of the index; empty if it was never observed with rows, or if the last observation has another
     * index of that name.
     *
     * @param factor how many times as many bytes for each row count as worse
     */
    public Optional<Best> best(long id, String schema, String index, double factor) {
        return Optional.ofNullable(lines.get(name(schema, index)))
                .filter(line -> line.id() == id && !line.points().isEmpty())
                .map(line -> best(line.points(), factor));
    }

    private static Best best(List<Point> points, double factor) {
        Point best = points.stream()
                .min(Comparator.comparingDouble(Point::bytesPerRow))
                .orElseThrow();
        Optional<Instant> worseSince = Optional.empty();
        for (Point point : points) {
            boolean worse = point.bytesPerRow() >= factor * best.bytesPerRow();
            worseSince = worse ? worseSince.or(() -> Optional.of(point.at())) : Optional.empty();
        }
        return new Best(best.at(), best.bytesPerRow(), worseSince);
    }
}
