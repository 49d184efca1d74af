package dbopt.rehearse;

import static java.util.Objects.requireNonNull;

import dbopt.queries.WatchedQuery;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One statement of the application.
 *
 * @param name of its file in {@code db/queries}, or the number that pg_stat_statements has given it
 * @param template whether values are left out of its text ({@code $1})
 * @param bound how many times the work its own file allows
 * @param callsADay empty if nobody has counted
 * @param milliseconds that it has taken in all; 0 if nobody has counted
 * @param settings of the role that ran it, where they are not the session's
 */
record WorkloadStatement(
        String name,
        String sql,
        boolean template,
        Optional<Double> bound,
        boolean seldom,
        OptionalDouble callsADay,
        long calls,
        double milliseconds,
        Map<String, String> settings) {
    private static final int SHOWN = 80;

    WorkloadStatement {
        requireNonNull(name, "name is null");
        requireNonNull(sql, "sql is null");
        settings = Map.copyOf(settings);
    }

    static WorkloadStatement of(WatchedQuery query) {
        return new WorkloadStatement(
                query.name(),
                query.sql(),
                false,
                query.bound(),
                query.seldom(),
                OptionalDouble.empty(),
                0,
                0,
                Map.of());
    }

    /** The statement's name for people; for a counted statement also the beginning of its text. */
    String title() {
        if (!template) {
            return name;
        }
        String line = sql.replaceAll("\\s+", " ").strip();
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN - 3) + "...";
    }
}
