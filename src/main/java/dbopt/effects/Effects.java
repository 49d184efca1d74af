package dbopt.effects;

import static java.util.Comparator.comparing;

import dbopt.evidence.NodeState;
import dbopt.evidence.Observation;
import dbopt.evidence.ObservationReader;
import dbopt.evidence.TableCounters;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Judges how the drop of each index changed the application's work, while the database was observed.
 *
 * @param first the time of the first observation
 * @param last the time of the last observation
 * @param cluster the system identifier
 * @param indexes the effects, with the last drop first
 */
public record Effects(Instant first, Instant last, String cluster, String database, List<IndexEffect> indexes) {
    /** How many days a drop is watched by default. */
    public static final int WATCHED_DAYS = 14;

    public Effects {
        indexes = List.copyOf(indexes);
    }

    /** The effects of the indexes that were dropped in the last days before the last observation. */
    public List<IndexEffect> ofLast(int days) {
        Instant oldest = last.minus(Duration.ofDays(days));
        return indexes.stream()
                .filter(effect -> effect.lost().primary().missed().isAfter(oldest))
                .toList();
    }

    /**
     * Reads the file of observations and judges the drops.
     *
     * @param warning receives a message for each line that cannot be read
     * @throws CommandFailure if the file cannot be read, or mixes several databases
     */
    public static Effects read(Path file, Bounds bounds, Consumer<String> warning) {
        List<Observation> observations = new ArrayList<>();
        ObservationReader.read(file, observations::add, warning);
        Set<String> databases = new TreeSet<>();
        observations.forEach(
                observation -> databases.add("cluster " + observation.state().cluster() + ", database "
                        + observation.state().database()));
        if (databases.size() > 1) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "%s holds observations of more than one database, which cannot be compared:\n%s\nNothing was changed. Keep only the lines of one database."
                            .formatted(file, TerminalText.some(List.copyOf(databases))));
        }
        return of(observations, bounds);
    }

    /** @param observations the observations of all nodes, at least one; those of each node are in the order of time */
    static Effects of(List<Observation> observations, Bounds bounds) {
        Map<String, List<Observation>> nodes = new LinkedHashMap<>();
        observations.forEach(
                observation -> nodes.computeIfAbsent(observation.state().node(), name -> new ArrayList<>())
                        .add(observation));
        Map<String, Map<String, LostIndex>> losses = new HashMap<>();
        nodes.forEach((name, looks) -> losses.put(name, Losses.of(looks)));
        Map<String, LostIndex> lost = new LinkedHashMap<>();
        nodes.entrySet().stream()
                .sorted(comparing(node -> role(node.getValue())))
                .forEach(node -> losses.get(node.getKey()).forEach(lost::putIfAbsent));
        Predicate<TableCounters> table = lostOn(lost);
        StatementNames statements = new StatementNames();
        Map<String, List<Interval>> intervals = new HashMap<>();
        nodes.forEach((name, looks) -> intervals.put(name, intervals(looks, table, statements)));
        List<NodeState> states = observations.stream().map(Observation::state).toList();
        EffectComparison comparison =
                new EffectComparison(List.copyOf(lost.values()), losses, intervals, missing(observations), bounds);
        return new Effects(
                states.stream().map(NodeState::at).min(Instant::compareTo).orElseThrow(),
                states.stream().map(NodeState::at).max(Instant::compareTo).orElseThrow(),
                states.get(0).cluster(),
                states.get(0).database(),
                comparison.effects().stream()
                        .sorted(comparing((IndexEffect effect) ->
                                        effect.lost().primary().missed())
                                .reversed())
                        .toList());
    }

    /** Sorts the primary first; after a failover, the node on the newest timeline. */
    private static int role(List<Observation> looks) {
        NodeState last = looks.get(looks.size() - 1).state();
        return last.recovery() ? Integer.MAX_VALUE : -last.timeline();
    }

    private static Predicate<TableCounters> lostOn(Map<String, LostIndex> lost) {
        Set<Long> tables = new HashSet<>();
        Set<String> roots = new HashSet<>();
        lost.values().forEach(index -> {
            tables.addAll(index.table().holders().keySet());
            index.table().root().ifPresent(roots::add);
        });
        return table -> tables.contains(table.id())
                || table.whole().filter(roots::contains).isPresent();
    }

    private static List<Interval> intervals(
            List<Observation> looks, Predicate<TableCounters> table, StatementNames statements) {
        List<Interval> intervals = new ArrayList<>();
        for (int next = 1; next < looks.size(); next++) {
            Interval.between(looks.get(next - 1), looks.get(next), table, statements)
                    .ifPresent(intervals::add);
        }
        return intervals;
    }

    /** Returns why statement counters are missing, from the last observation with a reason. */
    private static Optional<String> missing(List<Observation> observations) {
        return observations.stream()
                .flatMap(observation -> observation.statementSource().missing().stream())
                .reduce((one, other) -> other);
    }
}
