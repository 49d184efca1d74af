package dbopt.maintain;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * What the server knows of one table.
 *
 * @param name schema-qualified, quoted where SQL needs it
 * @param permitted whether this role may analyse and vacuum it
 * @param named whether the audit wants it vacuumed each time anything changed
 * @param changes rows inserted, updated or deleted since it was last analysed, as far as the counters reach back
 * @param pages its size; 0 for a partitioned table, whose partitions hold the rows
 * @param visiblePages the pages that a VACUUM has seen to hold no dead row, and nobody has changed since
 * @param lastAnalyzed empty if never, or if the counters were lost in a crash or a failover
 * @param lastVacuumed likewise
 */
record TableState(
        String name,
        String owner,
        boolean partitioned,
        boolean permitted,
        boolean named,
        long liveRows,
        long deadRows,
        long changes,
        long pages,
        long visiblePages,
        Optional<Instant> lastAnalyzed,
        Optional<Instant> lastVacuumed,
        Statistics statistics) {

    /** Whether the planner has statistics of the table. */
    enum Statistics {
        PRESENT,
        MISSING,
        /** This role may not see them. */
        UNKNOWN
    }

    TableState {
        requireNonNull(name, "name is null");
        requireNonNull(owner, "owner is null");
        requireNonNull(lastAnalyzed, "lastAnalyzed is null");
        requireNonNull(lastVacuumed, "lastVacuumed is null");
        requireNonNull(statistics, "statistics is null");
    }

    /** An empty table gets no statistics, and needs none. */
    boolean isEmpty() {
        return partitioned ? liveRows == 0 : pages == 0;
    }
}
