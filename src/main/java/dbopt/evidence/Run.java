package dbopt.evidence;

import dbopt.accepted.IndexDefinition;
import java.time.Instant;
import java.util.Optional;

/**
 * The looks at one index on one node, up to the last, between which nothing has scanned it: the counter is the same one,
 * and has not moved.
 *
 * @param since the first of these looks
 * @param begin why none before it counts
 * @param tableAtBegin what was counted of its table then
 */
record Run(Instant since, Begin begin, NodeState first, IndexCounters last, Optional<TableCounters> tableAtBegin) {

    /** Why a run begins. */
    enum Begin {
        NODE_FIRST_SEEN("%s was first observed then"),
        INDEX_FIRST_SEEN("the index was first observed on %s then"),
        SCANNED("the index was scanned on %s before"),
        COUNTERS_LOST("the counters of %s were reset or lost before"),
        CLOCK_WENT_BACK("the clock of %s went back before"),
        ANOTHER_ROLE("%s changed its role or timeline before, by a failover"),
        CHANGED("the definition of the index changed before"),
        REBUILT("the index was rebuilt before, by REINDEX CONCURRENTLY or after a drop, which look the same");

        private final String words;

        Begin(String words) {
            this.words = words;
        }

        String words(String node) {
            return words.formatted(node);
        }
    }

    /** The run after another look, at which nothing had happened to the node itself. */
    static Run next(Optional<Run> earlier, IndexCounters seen, NodeState state, Optional<TableCounters> table) {
        return earlier.map(run -> run.begin(seen)
                        .map(begin -> new Run(state.at(), begin, state, seen, table))
                        .orElseGet(() -> new Run(run.since, run.begin, run.first, seen, run.tableAtBegin)))
                .orElseGet(() -> new Run(state.at(), Begin.INDEX_FIRST_SEEN, state, seen, table));
    }

    private Optional<Begin> begin(IndexCounters seen) {
        if (!nameless(seen.definition()).equals(nameless(last.definition()))) {
            return Optional.of(Begin.CHANGED);
        }
        // REINDEX CONCURRENTLY takes the counters over; a new index cannot have been scanned at the same moment
        boolean same = seen.id() == last.id()
                || (seen.lastScan().isPresent() && seen.lastScan().equals(last.lastScan()));
        if (!same) {
            return Optional.of(Begin.REBUILT);
        }
        return seen.scans() == last.scans() ? Optional.empty() : Optional.of(Begin.SCANNED);
    }

    private static String nameless(String definition) {
        return IndexDefinition.parse(definition)
                .map(IndexDefinition::withoutName)
                .orElse(definition);
    }

    /**
     * Since when there was no scan, for a node that was observed for the first time later than its counters began: what
     * they say is true since then.
     */
    Instant provenSince() {
        boolean counts = begin == Begin.NODE_FIRST_SEEN || begin == Begin.COUNTERS_LOST;
        if (!counts || first.serverReset().isEmpty()) {
            return since;
        }
        Instant counted =
                latest(first.serverReset().get(), first.databaseReset().orElse(Instant.MIN));
        Instant proven = last.scans() == 0
                ? counted
                : last.lastScan().map(scan -> latest(scan, counted)).orElse(since);
        return proven.isBefore(since) ? proven : since;
    }

    /** Whether it was made while the node was observed, and never scanned: of the time before there is nothing to know. */
    boolean isWholeLife() {
        return begin == Begin.INDEX_FIRST_SEEN && last.scans() == 0;
    }

    static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
