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
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The observations of a cluster, and the rule by which they prove that an index is unused. If a counter has the same value in
 * two observations, and was not reset in between, nothing was counted between them, however far apart they are. If that holds
 * on every node, and no node can be missing, it holds for the cluster.
 */
public final class Evidence {
    /** The greatest age at which the last observation of a node still counts. */
    public static final Duration FRESH = Duration.ofDays(7);

    /**
     * For how many days, by default, no node must have scanned an index before it is called unused. Any 35 days include the end
     * of a month.
     */
    public static final int DAYS = 35;

    /** The reads a day, on average, below which the use of a table says nothing about its indexes. */
    static final double READS_A_DAY = 1;

    /** The written rows a day, on average, below which the use of a table says nothing about its indexes. */
    static final double WRITES_A_DAY = 1;

    /**
     * Observations of nodes that are at most this far apart count as made by the same run of the command; the nodes' clocks may
     * differ.
     */
    private static final Duration TOGETHER = Duration.ofHours(1);

    private static final double SECONDS_A_DAY = 86_400;

    private final Map<String, NodeHistory> nodes = new LinkedHashMap<>();
    private final Set<String> clusters = new LinkedHashSet<>();

    /** Adds an observation. The observations of a node must be added in their order. */
    public void add(Observation observation) {
        NodeState state = observation.state();
        clusters.add("cluster " + state.cluster() + ", database " + state.database());
        nodes.computeIfAbsent(state.node(), name -> new NodeHistory()).add(observation);
    }

    /** Returns the clusters and databases that were observed. Only observations of a single database are evidence. */
    public List<String> clusters() {
        return List.copyOf(clusters);
    }

    /** Whether the last observation of every node is of this cluster and database. */
    public boolean isOf(String cluster, String database) {
        return nodes.values().stream()
                .map(NodeHistory::last)
                .allMatch(state ->
                        state.cluster().equals(cluster) && state.database().equals(database));
    }

    /**
     * Returns what the observations prove about an index.
     *
     * @param definition the index's current definition
     * @param now the current time by the server's clock
     * @param atLeast for how long no node must have scanned the index before it is unused
     */
    public UsageVerdict of(String schema, String index, String definition, Instant now, Duration atLeast) {
        return of(List.of(new IndexPart(schema, index, definition)), Optional.empty(), now, atLeast);
    }

    /**
     * Returns what the observations prove about a partitioned index by its parts. Some parts may have been created or dropped
     * between observations: no query can have scanned a part before it was created or after it was dropped.
     *
     * @param whole the partitioned index, schema-qualified and quoted where SQL needs it
     * @param parts the current parts of the index that hold rows
     * @param now the current time by the server's clock
     * @param atLeast for how long no node must have scanned any part before the index is unused
     */
    public UsageVerdict ofWhole(String whole, List<IndexPart> parts, Instant now, Duration atLeast) {
        return parts.isEmpty()
                ? new Unknown("not_observed", "it has no parts, so nothing is counted for it")
                : of(parts, Optional.of(whole), now, atLeast);
    }

    private UsageVerdict of(List<IndexPart> parts, Optional<String> whole, Instant now, Duration atLeast) {
        Optional<NodeHistory> found = primary();
        if (found.isEmpty()) {
            return new Unknown("no_primary", "the primary was never observed");
        }
        NodeHistory primary = found.get();
        for (IndexPart part : parts) {
            String subject = whole.isEmpty() ? "it" : "its part " + part.index();
            Optional<Run> counted = primary.run(part.schema(), part.index());
            if (counted.isEmpty()) {
                return new Unknown("not_observed", subject + " was not there when the primary was last observed");
            }
            if (!counted.get().last().definition().equals(part.definition())) {
                return new Unknown(
                        "definition_changed",
                        (whole.isEmpty() ? "its definition" : "the definition of " + subject)
                                + " differs from the one at the last observation");
            }
        }
        Quiet here = Quiet.of(primary, parts, whole, Run::since);
        Quiet everywhere = here;
        List<NodeHistory> others = others(primary, here.since());
        for (NodeHistory other : others) {
            Optional<IndexPart> missing = parts.stream()
                    .filter(part -> other.run(part.schema(), part.index())
                            .filter(run -> run.last().definition().equals(part.definition()))
                            .isEmpty())
                    .findFirst();
            if (missing.isPresent()) {
                return new Unknown(
                        "not_observed",
                        (whole.isEmpty() ? "it" : "its part " + missing.get().index()) + " was not there when "
                                + other.last().node() + " was last observed");
            }
            everywhere = everywhere.and(Quiet.of(other, parts, whole, Run::provenSince));
        }
        Instant from = everywhere.since();
        List<NodeHistory> needed = new ArrayList<>(List.of(primary));
        others.stream().filter(other -> isThere(other, primary, from)).forEach(needed::add);
        if (everywhere.isSinceScan() && Duration.between(from, now).compareTo(atLeast) < 0) {
            return new Used(from);
        }
        Optional<Unknown> incomplete = incomplete(primary, needed, from);
        if (incomplete.isPresent()) {
            return incomplete.get();
        }
        NodeHistory oldest =
                needed.stream().min(comparing(node -> node.last().at())).orElseThrow();
        Instant to = oldest.last().at();
        if (Duration.between(to, now).compareTo(FRESH) > 0) {
            return new Unknown(
                    "stale",
                    "%s was last observed at %s: observe it again or, if it is gone for good, remove its lines from the file"
                            .formatted(oldest.last().node(), to));
        }
        if (Duration.between(from, to).compareTo(atLeast) < 0) {
            return everScanned(needed, parts) && !here.since().isBefore(to)
                    ? new Used(from)
                    : tooShort(from, to, atLeast, everywhere.why());
        }
        Use use = use(needed, parts);
        Unused unused = new Unused(
                from,
                to,
                runs(primary, parts).mapToLong(run -> run.last().scans()).sum(),
                primary.last(),
                needed.stream().map(node -> node.last().node()).toList(),
                use);
        return use.teaches()
                ? unused
                : new Unknown(
                        "table_idle",
                        "its table is hardly used, which says nothing about its indexes: less than one read, or less than one row written, a day",
                        Optional.of(unused));
    }

    private static Stream<Run> runs(NodeHistory node, List<IndexPart> parts) {
        return parts.stream().flatMap(part -> node.run(part.schema(), part.index()).stream());
    }

    /**
     * The time for which a node has not scanned an index.
     *
     * @param since when that time begins, as far as it is known
     * @param why why nothing is known about the time before, for people
     * @param isSinceScan whether the reason is that the index was scanned before
     */
    private record Quiet(Instant since, String why, boolean isSinceScan) {
        /**
         * Returns the time for which the node has scanned none of the parts, including dropped parts of {@code whole}. A part
         * that was created between observations and never scanned does not shorten that time.
         */
        static Quiet of(NodeHistory node, List<IndexPart> parts, Optional<String> whole, Function<Run, Instant> since) {
            List<Run> runs = Stream.concat(runs(node, parts), whole.map(node::goneOf).orElse(List.of()).stream())
                    .toList();
            Run shortest = runs.stream()
                    .filter(run -> whole.isEmpty() || !run.isWholeLife())
                    .max(comparing(since))
                    .or(() -> runs.stream().min(comparing(since)))
                    .orElseThrow();
            return new Quiet(
                    since.apply(shortest),
                    shortest.begin().words(node.last().node()),
                    shortest.begin() == Run.Begin.SCANNED);
        }

        Quiet and(Quiet other) {
            return other.since().isAfter(since) ? other : this;
        }
    }

    /**
     * Returns the parts that each partitioned index had when the primary was last observed, by the index's name,
     * schema-qualified and quoted where SQL needs it.
     */
    public Map<String, List<IndexPart>> parts() {
        return primary().map(NodeHistory::parts).orElse(Map.of());
    }

    /** Returns the definition of the index when the primary was last observed; empty if the index did not exist then. */
    public Optional<String> definition(String schema, String index) {
        return primary().flatMap(node -> node.run(schema, index)).map(run -> run.last()
                .definition());
    }

    /** Returns the time of the latest observation; empty without observations. */
    public Optional<Instant> lastLook() {
        return nodes.values().stream().map(node -> node.last().at()).max(Comparator.naturalOrder());
    }

    /** Whether a statement in the last observation of a node names the index in a hint for the planner. */
    public boolean isHinted(String index) {
        return nodes.values().stream().anyMatch(node -> node.isHinted(index));
    }

    /** Returns the statements of all nodes that match a pattern. */
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

    /** Returns the node that is not a standby; after a failover, the one on the newest timeline. */
    private Optional<NodeHistory> primary() {
        return nodes.values().stream()
                .filter(node -> !node.last().recovery())
                .max(comparing((NodeHistory node) -> node.last().timeline())
                        .thenComparing(node -> node.last().at()));
    }

    /**
     * Returns the nodes other than the primary that were observed since {@code from} or together with the primary's last
     * observation. A node that has two addresses is returned once.
     */
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

    /** Whether the node was observed since {@code from} or together with the primary's last observation. */
    private static boolean isThere(NodeHistory node, NodeHistory primary, Instant from) {
        return !node.last().at().isBefore(from)
                || !node.last().at().isBefore(primary.last().at().minus(TOGETHER));
    }

    /**
     * Returns why the observed nodes may not be the whole cluster: a standby was not observed, or several nodes were primaries;
     * empty if they are the whole cluster.
     */
    private static Optional<Unknown> incomplete(NodeHistory primary, List<NodeHistory> needed, Instant from) {
        List<String> writing = needed.stream()
                .filter(node -> node != primary && !node.last().recovery())
                .map(node -> node.last().node())
                .toList();
        if (!writing.isEmpty()) {
            return Optional.of(new Unknown(
                    "two_primaries",
                    "%s and %s have both been primaries since %s: which one the application uses is unknown"
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

    /** Whether a counter of the index is above zero. A single observation of such an index proves nothing. */
    private static boolean everScanned(List<NodeHistory> needed, List<IndexPart> parts) {
        return needed.stream()
                .flatMap(node -> runs(node, parts))
                .anyMatch(run -> run.last().scans() > 0);
    }

    private static Unknown tooShort(Instant from, Instant to, Duration atLeast, String why) {
        return new Unknown(
                "too_short",
                String.format(
                        Locale.ROOT,
                        "no scan in %.1f of %d days, since %s (%s); if there is still none, this is enough on %s",
                        Math.max(0, Duration.between(from, to).toSeconds()) / SECONDS_A_DAY,
                        atLeast.toDays(),
                        from,
                        why,
                        LocalDate.ofInstant(from.plus(atLeast), ZoneOffset.UTC).plusDays(1)));
    }

    /**
     * Returns how the index's table, or the partitions, were used on all nodes since the run of the index began on each of
     * them, a day on average.
     */
    private static Use use(List<NodeHistory> needed, List<IndexPart> parts) {
        double reads = 0;
        double writes = 0;
        double indexWrites = 0;
        for (NodeHistory node : needed) {
            for (Run run : runs(node, parts).toList()) {
                Optional<TableCounters> end = node.table(run.last().tableId());
                Optional<TableCounters> begin = run.tableAtBegin();
                double days = Duration.between(run.since(), node.last().at()).toSeconds() / SECONDS_A_DAY;
                if (end.isPresent() && begin.isPresent() && days > 0) {
                    reads += (end.get().reads() - begin.get().reads()) / days;
                    writes += (end.get().writes() - begin.get().writes()) / days;
                    indexWrites += (end.get().indexWrites() - begin.get().indexWrites()) / days;
                }
            }
        }
        return new Use(reads, writes, indexWrites);
    }
}
