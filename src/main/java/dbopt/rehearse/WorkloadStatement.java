package dbopt.rehearse;

import static java.util.Objects.requireNonNull;

import dbopt.queries.WatchedQuery;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A statement of the application.
 *
 * @param name the name of its file in {@code db/queries}, or its number in pg_stat_statements
 * @param template whether parameters ({@code $1}) stand for the values in its text
 * @param bound up to how many times as much work the statement's file accepts
 * @param callsADay the calls a day; empty if they were not counted
 * @param milliseconds the total time; 0 if it was not counted
 * @param settings the settings of the role that ran the statement, where they differ from those of the session
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

    /** The statement's name for people to read; for a counted statement, the beginning of its text. */
    String title() {
        if (!template) {
            return name;
        }
        String line = sql.replaceAll("\\s+", " ").strip();
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN - 3) + "...";
    }
}
