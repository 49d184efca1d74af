package dbopt.evidence;

import dbopt.accepted.IndexDefinition;
import java.time.Instant;
import java.util.Optional;

/**
 * A series of observations of one index on one node, up to the last one, during which nothing has scanned the index: its
 * counter is the same one and has not changed.
 *
 * @param since the time of the first observation of the series
 * @param begin why no earlier observation counts
 * @param first the state of the node in the first observation
 * @param last the counters of the index in the last observation
 * @param tableAtBegin the counters of the index's table in the first observation
 */
record Run(Instant since, Begin begin, NodeState first, IndexCounters last, Optional<TableCounters> tableAtBegin) {

    /** Why a run begins with an observation, and not earlier. */
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

    /**
     * Returns the run after another observation, between which and the last one nothing happened to the counters of the node as
     * a whole.
     */
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
        // REINDEX CONCURRENTLY keeps the counters; a new index cannot have been scanned at exactly the same time
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
     * Returns since when the index was not scanned. If the run begins with the node's first observation, or with new counters,
     * the counters also prove that for the time before, back to when they began to count.
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

    /**
     * Whether the index was created between two observations and never scanned, so that nothing can be known about the time
     * before.
     */
    boolean isWholeLife() {
        return begin == Begin.INDEX_FIRST_SEEN && last.scans() == 0;
    }

    static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
