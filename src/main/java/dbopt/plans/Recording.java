package dbopt.plans;

import static java.util.Objects.requireNonNull;

import dbopt.queries.WatchedQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The plans of all watched queries at one time, and what the planner based them on.
 *
 * @param settings the planner's most important settings, and all others that differ from the default
 * @param tables the tables in the plans and those of the indexes in the plans, by qualified name
 * @param recordedAt the time of the recording, for people to read
 * @param measured which queries were run: none, those that read, or also those that write
 */
record Recording(
        String server,
        String recordedAt,
        Measured measured,
        Map<String, String> settings,
        Map<String, PlannedTable> tables,
        List<QueryPlan> plans) {

    /** Which queries were run, and not only planned. */
    enum Measured {
        NOTHING,
        READS,
        EVERYTHING;

        /** Whether the query is run, and not only planned. */
        boolean includes(WatchedQuery query) {
            return this == EVERYTHING || (this == READS && !query.writes());
        }
    }

    Recording {
        requireNonNull(server, "server is null");
        requireNonNull(recordedAt, "recordedAt is null");
        requireNonNull(measured, "measured is null");
        settings = new TreeMap<>(settings);
        tables = new TreeMap<>(tables);
        plans = List.copyOf(plans);
    }

    Optional<QueryPlan> planOf(String query) {
        return plans.stream().filter(plan -> plan.query().equals(query)).findFirst();
    }

    boolean isSmall(String table) {
        return tables.containsKey(table) && tables.get(table).isSmall();
    }
}
