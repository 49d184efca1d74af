package dbopt.evidence;

import dbopt.evidence.Run.Begin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The observations of one node in their order, and what they show about its indexes. */
final class NodeHistory {
    private final List<Standbys> standbys = new ArrayList<>();
    private final Map<Long, Run> runs = new HashMap<>();
    private final Map<String, Long> ids = new HashMap<>();
    private final Map<String, List<Run>> gone = new HashMap<>();
    private final Map<Long, TableCounters> tables = new HashMap<>();
    private final Set<String> patterns = new TreeSet<>();
    private final List<StatementSource> sources = new ArrayList<>();
    private List<String> hints = List.of();
    private int statements;
    private NodeState last;

    /** Matches the operators and functions that may search for the beginning of a text. */
    private static final Pattern PATTERN =
            Pattern.compile("(?i)\\bi?like\\b|\\bsimilar\\s+to\\b|\\bstarts_with\\b|\\bregexp_|~|\\^@");

    /** Matches a tool's query of the catalog, such as dbopt's own, whose words would match the names of many tables. */
    private static final Pattern CATALOG = Pattern.compile(
            "(?i)\\bpg_(?:class|index|attribute|constraint|namespace|proc|type|depend|locks|stat\\w*)\\b");

    /** The servers that streamed from the node at the time of an observation. */
    private record Standbys(Instant at, List<String> names) {}

    void add(Observation observation) {
        NodeState state = observation.state();
        Optional<Begin> restart = Optional.ofNullable(last)
                .map(earlier -> brokenBy(earlier, state))
                .orElse(Optional.of(Begin.NODE_FIRST_SEEN));
        tables.clear();
        observation.tables().forEach(table -> tables.put(table.id(), table));
        Map<String, Long> earlierIds = new HashMap<>(ids);
        Map<Long, Run> earlierRuns = new HashMap<>(runs);
        ids.clear();
        if (restart.isPresent()) {
            runs.clear();
        }
        for (IndexCounters index : observation.indexes()) {
            String name = name(index.schema(), index.index());
            Optional<TableCounters> table = Optional.ofNullable(tables.get(index.tableId()));
            Optional<Run> earlier = Optional.ofNullable(runs.get(index.id()))
                    .or(() -> Optional.ofNullable(earlierIds.get(name)).map(runs::get));
            runs.put(
                    index.id(),
                    restart.map(begin -> new Run(state.at(), begin, state, index, table))
                            .orElseGet(() -> Run.next(earlier, index, state, table)));
            ids.put(name, index.id());
        }
        earlierIds.forEach((name, id) -> {
            if (!ids.containsKey(name) && !ids.containsValue(id)) {
                keepGone(earlierRuns.get(id));
            }
        });
        hints = observation.statements().stream()
                .map(StatementCounters::text)
                .filter(text -> text.contains("/*+"))
                .toList();
        observation.statements().stream()
                .map(StatementCounters::text)
                .filter(text ->
                        PATTERN.matcher(text).find() && !CATALOG.matcher(text).find())
                .forEach(patterns::add);
        sources.add(observation.statementSource());
        statements = observation.statements().size();
        standbys.add(new Standbys(state.at(), state.standbys()));
        last = state;
    }

    private void keepGone(Run run) {
        run.last().whole().ifPresent(whole -> gone.computeIfAbsent(whole, name -> new ArrayList<>())
                .add(run));
    }

    private static Optional<Begin> brokenBy(NodeState earlier, NodeState state) {
        if (state.at().isBefore(earlier.at())) {
            return Optional.of(Begin.CLOCK_WENT_BACK);
        }
        if (!state.continues(earlier)) {
            return Optional.of(Begin.COUNTERS_LOST);
        }
        boolean sameRole =
                state.recovery() == earlier.recovery() && (state.recovery() || state.timeline() == earlier.timeline());
        return sameRole ? Optional.empty() : Optional.of(Begin.ANOTHER_ROLE);
    }

    private static String name(String schema, String index) {
        return schema.length() + " " + schema + index;
    }

    NodeState last() {
        return last;
    }

    /** Returns the run of an index; empty if the last observation does not have the index. */
    Optional<Run> run(String schema, String index) {
        return Optional.ofNullable(ids.get(name(schema, index))).map(runs::get);
    }

    /** Returns the runs of the parts of a partitioned index that were dropped between two observations. */
    List<Run> goneOf(String whole) {
        return gone.getOrDefault(whole, List.of());
    }

    /** Returns the parts of each partitioned index in the last observation, by the index's name. */
    Map<String, List<IndexPart>> parts() {
        Map<String, List<IndexPart>> parts = new HashMap<>();
        ids.values().stream().map(id -> runs.get(id).last()).forEach(index -> index.whole()
                .ifPresent(whole -> parts.computeIfAbsent(whole, name -> new ArrayList<>())
                        .add(new IndexPart(index.schema(), index.index(), index.definition()))));
        return parts;
    }

    Optional<TableCounters> table(long id) {
        return Optional.ofNullable(tables.get(id));
    }

    /** Whether a statement in the last observation names the index in a hint in the syntax of pg_hint_plan. */
    boolean isHinted(String index) {
        return hints.stream().anyMatch(text -> text.contains(index));
    }

    /** Returns the statements of all observations that match a pattern. */
    Set<String> patterns() {
        return patterns;
    }

    /** Returns how many statements the last observation has. */
    int statements() {
        return statements;
    }

    /** Returns why there may be statements that were not observed; empty if every statement was observed. */
    Optional<String> missingStatements() {
        StatementSource first = sources.get(0);
        StatementSource newest = sources.get(sources.size() - 1);
        Optional<String> why =
                sources.stream().flatMap(source -> source.missing().stream()).findFirst();
        if (why.isEmpty() && sources.stream().anyMatch(source -> source.hidden() > 0)) {
            why = Optional.of("statements of other roles are hidden: grant pg_read_all_stats shows them");
        }
        if (why.isEmpty()
                && (newest.discarded().isEmpty() || !newest.discarded().equals(first.discarded()))) {
            why = Optional.of(
                    newest.discarded().isEmpty()
                            ? "whether pg_stat_statements threw any away is not known"
                            : "pg_stat_statements discarded some in the meantime: pg_stat_statements.max is too small");
        }
        if (why.isEmpty() && !newest.reset().equals(first.reset())) {
            why = Optional.of("pg_stat_statements was reset meanwhile");
        }
        return why.map(reason -> last.node() + ": " + reason);
    }

    /**
     * Returns the standbys that streamed from the node at or after {@code since}, in the observation that has the most of them.
     */
    List<String> mostStandbys(Instant since) {
        List<String> most = List.of();
        for (Standbys seen : standbys) {
            if (!seen.at().isBefore(since) && seen.names().size() > most.size()) {
                most = seen.names();
            }
        }
        return most;
    }
}
