package dbopt.plans;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How PostgreSQL answers one query.
 *
 * @param sql the planned text; plans of different texts are never compared
 * @param shape a line for each node of the plan, indented, with the names of tables and indexes and without figures
 * @param indexes the qualified names of the indexes used; if the work was measured, including those of the foreign-key
 *     checks
 * @param sequential the qualified names of the tables read from end to end; if the work was measured, including those of the
 *     foreign-key checks
 * @param cost the planner's estimate
 * @param rows how many rows the planner expects the query to find, even if the query changes or aggregates them
 * @param work the measured work; empty if the query was only planned
 */
record QueryPlan(
        String query,
        String sql,
        List<String> shape,
        SortedSet<String> indexes,
        SortedSet<String> sequential,
        double cost,
        double rows,
        Optional<ExecutionCost> work) {
    QueryPlan {
        requireNonNull(query, "query is null");
        requireNonNull(sql, "sql is null");
        shape = List.copyOf(shape);
        indexes = new TreeSet<>(indexes);
        sequential = new TreeSet<>(sequential);
        requireNonNull(work, "work is null");
    }

    boolean hasPlanOf(QueryPlan other) {
        return shape.equals(other.shape) && indexes.equals(other.indexes) && sequential.equals(other.sequential);
    }
}
