package dbopt.evidence;

import static java.util.Comparator.comparing;

import dbopt.evidence.UsageVerdict.Unknown;
import dbopt.evidence.UsageVerdict.Unused;
import dbopt.evidence.UsageVerdict.Use;
import dbopt.evidence.UsageVerdict.Used;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The observations of a cluster, and what they prove. Between two looks at which a counter stands at the same figure, and is
 * the same counter, nothing was counted, however far they are apart. What is true of every node, and of each that could
 * be there, is true of the cluster.
 */
public final class Evidence {
    /** How old the last observation of a node may be. */
    public static final Duration FRESH = Duration.ofDays(7);

    /** How long nothing may have scanned an index before it is called unused, by default: a month's end is within. */
    public static final int DAYS = 35;

    /** A table that is used less, a day on average, teaches nothing about its indexes. */
    static final double READS_A_DAY = 1;

    static final double WRITES_A_DAY = 1;

    /** What was observed so close to another is of the same run, by clocks that may differ. */
    private static final Duration TOGETHER = Duration.ofHours(1);

    private static final double SECONDS_A_DAY = 86_400;

    private final Map<String, NodeHistory> nodes = new LinkedHashMap<>();
    private final Set<String> clusters = new LinkedHashSet<>();

    /** Adds an observation, which comes after those of its node that were added before. */
    public void add(Observation observation) {
        NodeState state = observation.state();
        clusters.add("cluster " + state.cluster() + ", database " + state.database());
        nodes.computeIfAbsent(state.node(), name -> new NodeHistory()).add(observation);
    }

    /** Of which clusters and databases there are observations: evidence is of one. */
    public List<String> clusters() {
        return List.copyOf(clusters);
    }

    /** Whether the last observations are of this cluster and database. */
    public boolean isOf(String cluster, String database) {
        return nodes.values().stream()
                .map(NodeHistory::last)
                .allMatch(state ->
                        state.cluster().equals(cluster) && state.database().equals(database));
    }

    /**
     * What is proven of the index of this name.
     *
     * @param definition as it is now
     * @param now when it is asked
     * @param atLeast how long it must not have been scanned
     */
    public UsageVerdict of(String schema, String index, String definition, Instant now, Duration atLeast) {
        Optional<NodeHistory> found = primary();
        if (found.isEmpty()) {
            return new Unknown("no_primary", "the primary was never observed");
        }
        NodeHistory primary = found.get();
        Optional<Run> counted = primary.run(schema, index);
        if (counted.isEmpty()) {
            return new Unknown("not_observed", "it was not there when the primary was last observed");
        }
        Run run = counted.get();
        if (!run.last().definition().equals(definition)) {
            return new Unknown("definition_changed", "its definition is another than at the last observation");
        }
        Instant from = run.since();
        String why = run.begin().words(primary.last().node());
        boolean scanned = run.begin() == Run.Begin.SCANNED;
        List<NodeHistory> others = others(primary, from);
        for (NodeHistory other : others) {
            Optional<Run> there = other.run(schema, index);
            if (there.isEmpty() || !there.get().last().definition().equals(definition)) {
                return new Unknown(
                        "not_observed", "it was not there when " + other.last().node() + " was last observed");
            }
            if (there.get().provenSince().isAfter(from)) {
                from = there.get().provenSince();
                why = there.get().begin().words(other.last().node());
                scanned = there.get().begin() == Run.Begin.SCANNED;
            }
        }
        Instant begin = from;
        List<NodeHistory> needed = new ArrayList<>(List.of(primary));
        others.stream().filter(other -> isThere(other, primary, begin)).forEach(needed::add);
        if (scanned && Duration.between(from, now).compareTo(atLeast) < 0) {
            return new Used(from);
        }
        Optional<Unknown> incomplete = incomplete(primary, needed, begin);
        if (incomplete.isPresent()) {
            return incomplete.get();
        }
        NodeHistory oldest =
                needed.stream().min(comparing(node -> node.last().at())).orElseThrow();
        Instant to = oldest.last().at();
        if (Duration.between(to, now).compareTo(FRESH) > 0) {
            return new Unknown(
                    "stale",
                    "%s was last observed at %s: observe it again, or, if it is gone for good, leave its lines out of the file"
                            .formatted(oldest.last().node(), to));
        }
        if (Duration.between(from, to).compareTo(atLeast) < 0) {
            return tooShort(run, needed, schema, index, from, to, atLeast, why);
        }
        Use use = use(run.last().tableId(), needed, schema, index);
        Unused unused = new Unused(
                from,
                to,
                run.last().scans(),
                primary.last(),
                needed.stream().map(node -> node.last().node()).toList(),
                use);
        return use.teaches()
                ? unused
                : new Unknown(
                        "table_idle",
                        "its table is hardly used, so nothing is learned of its indexes: less than one read, or less than one row written, a day",
                        Optional.of(unused));
    }

    /** Whether the index was there when the primary was last observed. */
    public boolean has(String schema, String index) {
        return primary().flatMap(node -> node.run(schema, index)).isPresent();
    }

    /** When a node was last observed; empty if none was. */
    public Optional<Instant> lastLook() {
        return nodes.values().stream().map(node -> node.last().at()).max(Comparator.naturalOrder());
    }

    /** Whether a statement that was observed last names the index in a hint for the planner. */
    public boolean isHinted(String index) {
        return nodes.values().stream().anyMatch(node -> node.isHinted(index));
    }

    /** The statements with a pattern, of all nodes. */
    public PatternStatements patterns() {
        return new PatternStatements(
                nodes.values().stream()
                        .flatMap(node -> node.patterns().stream())
                        .distinct()
                        .sorted()
                        .toList(),
                nodes.values().stream().mapToInt(NodeHistory::statements).sum(),
                nodes.values().stream()
                        .flatMap(node -> node.missingStatements().stream())
                        .toList());
    }

    /** The node that writes; after a failover, the one on the newest timeline. */
    private Optional<NodeHistory> primary() {
        return nodes.values().stream()
                .filter(node -> !node.last().recovery())
                .max(comparing((NodeHistory node) -> node.last().timeline())
                        .thenComparing(node -> node.last().at()));
    }

    /** The other nodes that were seen since then; one that goes by two addresses is one. */
    private List<NodeHistory> others(NodeHistory primary, Instant from) {
        Map<Optional<Instant>, NodeHistory> byCounters = new LinkedHashMap<>();
        for (NodeHistory node : nodes.values()) {
            if (!node.last().serverReset().equals(primary.last().serverReset()) && isThere(node, primary, from)) {
                byCounters.merge(
                        node.last().serverReset(),
                        node,
                        (one, other) -> one.last().at().isAfter(other.last().at()) ? one : other);
            }
        }
        return List.copyOf(byCounters.values());
    }

    /** Whether the node was seen since then, or with the last observation of the primary. */
    private static boolean isThere(NodeHistory node, NodeHistory primary, Instant from) {
        return !node.last().at().isBefore(from)
                || !node.last().at().isBefore(primary.last().at().minus(TOGETHER));
    }

    /** Whether a node may be there that was not observed. */
    private static Optional<Unknown> incomplete(NodeHistory primary, List<NodeHistory> needed, Instant from) {
        List<String> writing = needed.stream()
                .filter(node -> node != primary && !node.last().recovery())
                .map(node -> node.last().node())
                .toList();
        if (!writing.isEmpty()) {
            return Optional.of(new Unknown(
                    "two_primaries",
                    "%s and %s are both primaries since %s: which one the application uses is unknown"
                            .formatted(primary.last().node(), String.join(", ", writing), from)));
        }
        List<String> streaming = needed.stream()
                .flatMap(node -> node.mostStandbys(from).stream())
                .toList();
        List<String> observed = needed.stream()
                .filter(node -> node.last().recovery() && node.last().receiving())
                .map(node -> node.last().node())
                .toList();
        return streaming.size() <= observed.size()
                ? Optional.empty()
                : Optional.of(new Unknown(
                        "node_missing",
                        "%s from the nodes (%s), and %s: give every one as --node to dbopt observe"
                                .formatted(
                                        streaming.size() == 1
                                                ? "1 standby streams"
                                                : streaming.size() + " standbys stream",
                                        String.join(", ", streaming),
                                        observed.isEmpty()
                                                ? "none is observed"
                                                : "observed is " + String.join(", ", observed))));
    }

    /** Of an index that was scanned at some time, one look says nothing at all. */
    private static UsageVerdict tooShort(
            Run run,
            List<NodeHistory> needed,
            String schema,
            String index,
            Instant from,
            Instant to,
            Duration atLeast,
            String why) {
        boolean everScanned = needed.stream()
                .flatMap(node -> node.run(schema, index).stream())
                .anyMatch(there -> there.last().scans() > 0);
        if (everScanned && !run.since().isBefore(to)) {
            return new Used(from);
        }
        return new Unknown(
                "too_short",
                String.format(
                        Locale.ROOT,
                        "no scan in %.1f of %d days, since %s (%s); if none comes, it is enough on %s",
                        Math.max(0, Duration.between(from, to).toSeconds()) / SECONDS_A_DAY,
                        atLeast.toDays(),
                        from,
                        why,
                        LocalDate.ofInstant(from.plus(atLeast), ZoneOffset.UTC).plusDays(1)));
    }

    /** What every node has counted of the table since the run of the index began there. */
    private static Use use(long table, List<NodeHistory> needed, String schema, String index) {
        double reads = 0;
        double writes = 0;
        double indexWrites = 0;
        for (NodeHistory node : needed) {
            Run run = node.run(schema, index).orElseThrow();
            Optional<TableCounters> end = node.table(table);
            Optional<TableCounters> begin = run.tableAtBegin();
            double days = Duration.between(run.since(), node.last().at()).toSeconds() / SECONDS_A_DAY;
            if (end.isPresent() && begin.isPresent() && days > 0) {
                reads += (end.get().reads() - begin.get().reads()) / days;
                writes += (end.get().writes() - begin.get().writes()) / days;
                indexWrites += (end.get().indexWrites() - begin.get().indexWrites()) / days;
            }
        }
        return new Use(reads, writes, indexWrites);
    }
}
