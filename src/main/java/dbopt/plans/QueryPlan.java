package dbopt.plans;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How PostgreSQL answers one query.
 *
 * @param sql the text that was planned, so that plans of different texts are never compared
 * @param shape a line for each node of the plan, indented, with the names of tables and indexes and without figures
 * @param indexes the indexes used, qualified; with the work measured, those of the foreign-key checks as well
 * @param sequential the tables read from end to end, likewise
 * @param cost the planner's estimate
 * @param rows how many rows the planner expects the query to find, to change them or to sum them up, whatever the plan
 * @param work empty if the query was planned and not run
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
