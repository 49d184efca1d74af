package dbopt.plans;

import static java.util.Objects.requireNonNull;

import dbopt.queries.WatchedQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The plans of all watched queries at one time, and what the planner went by.
 *
 * @param settings the planner's settings that matter, and every other one that is not the default
 * @param tables the tables of the plans and of their indexes, by qualified name
 * @param recordedAt for people to read
 * @param measured what was run: nothing, the queries that read, or those that write as well
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

        /** Whether a query is run. */
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
