package dbopt.maintain;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * The server's figures for one table.
 *
 * @param name schema-qualified, quoted where SQL needs it
 * @param permitted whether this role may analyse and vacuum the table
 * @param named whether the audit wants the table vacuumed each time anything changed
 * @param changes rows inserted, updated or deleted since the last ANALYZE, as far as the counters reach back
 * @param pages the table's size; 0 for a partitioned table, whose partitions hold the rows
 * @param visiblePages the pages in which VACUUM found no dead row and that have not changed since
 * @param lastAnalyzed empty if the table was never analysed, or the counters were lost in a crash or a failover
 * @param lastVacuumed empty if the table was never vacuumed, or the counters were lost in a crash or a failover
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

    /** Whether the planner has statistics for the table. */
    enum Statistics {
        PRESENT,
        MISSING,
        /** This role is not allowed to see the statistics. */
        UNKNOWN
    }

    TableState {
        requireNonNull(name, "name is null");
        requireNonNull(owner, "owner is null");
        requireNonNull(lastAnalyzed, "lastAnalyzed is null");
        requireNonNull(lastVacuumed, "lastVacuumed is null");
        requireNonNull(statistics, "statistics is null");
    }

    /** Whether the table is empty: an empty table gets no statistics, and needs none. */
    boolean isEmpty() {
        return partitioned ? liveRows == 0 : pages == 0;
    }
}
