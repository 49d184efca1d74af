package dbopt.rehearse;

import dbopt.bundled.BundledSql;
import dbopt.project.MigrationProject;
import dbopt.queries.WatchList;
import dbopt.server.Rows;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * The statements to rehearse.
 *
 * @param utility how many counted statements have no plan
 * @param hidden how many texts this role is not allowed to see
 * @param hiddenCalls the calls of the hidden statements
 * @param hiddenMilliseconds the time of the hidden statements
 * @param days how long statements were counted, in days; empty for {@code db/queries}
 * @param forgotten how often counters were discarded to make room for others
 */
record Workload(
        List<WorkloadStatement> statements,
        int utility,
        int hidden,
        long hiddenCalls,
        double hiddenMilliseconds,
        OptionalDouble days,
        long forgotten) {
    private static final String HIDDEN = "<insufficient privilege>";

    /** The shortest time from which calls a day are calculated: one hour. A shorter time counts as an hour. */
    private static final double LEAST_DAYS = 1.0 / 24;

    Workload {
        statements = List.copyOf(statements);
    }

    /** Returns the queries of {@code db/queries}, those of the user's project if there is one. */
    static Workload watched(BundledSql sql, MigrationProject project) {
        return new Workload(
                WatchList.of(sql, project).stream().map(WorkloadStatement::of).toList(),
                0,
                0,
                0,
                0,
                OptionalDouble.empty(),
                0);
    }

    /** Returns the statements that pg_stat_statements has counted. */
    static Workload counted(Connection source, BundledSql sql) {
        try {
            String schema = schema(source)
                    .orElseThrow(
                            () -> new CommandFailure(
                                    CommandFailure.Kind.USAGE,
                                    "--statements reads pg_stat_statements, which is not installed in this database. Nothing was rehearsed.\n"
                                            + "Install it (shared_preload_libraries, then CREATE EXTENSION pg_stat_statements), or rehearse db/queries: leave out --statements."));
            OptionalDouble days = OptionalDouble.empty();
            long forgotten = 0;
            try (Statement statement = source.createStatement();
                    ResultSet row = statement.executeQuery(query(sql, "counted", schema))) {
                if (row.next()) {
                    days = OptionalDouble.of(row.getDouble("days"));
                    forgotten = row.getLong("forgotten");
                }
            }
            try (Statement statement = source.createStatement();
                    ResultSet row = statement.executeQuery(query(sql, "statements", schema))) {
                return read(row, days, forgotten);
            }
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "The statements cannot be read: " + ServerError.of(e).text() + "\nNothing was rehearsed.",
                    e);
        }
    }

    private static Workload read(ResultSet row, OptionalDouble days, long forgotten) throws SQLException {
        List<WorkloadStatement> statements = new ArrayList<>();
        int utility = 0;
        int hidden = 0;
        long hiddenCalls = 0;
        double hiddenMilliseconds = 0;
        while (row.next()) {
            String text = Optional.ofNullable(row.getString("text")).orElse(HIDDEN);
            if (text.equals(HIDDEN)) {
                hidden++;
                hiddenCalls += row.getLong("calls");
                hiddenMilliseconds += row.getDouble("milliseconds");
            } else if (!TemplateText.isPlanned(text)) {
                utility++;
            } else {
                statements.add(new WorkloadStatement(
                        row.getString("id"),
                        text,
                        true,
                        Optional.empty(),
                        false,
                        OptionalDouble.of(row.getLong("calls") / Math.max(days.orElse(1), LEAST_DAYS)),
                        row.getLong("calls"),
                        row.getDouble("milliseconds"),
                        settings(row.getString("settings"))));
            }
        }
        return new Workload(statements, utility, hidden, hiddenCalls, hiddenMilliseconds, days, forgotten);
    }

    private static Map<String, String> settings(String json) {
        Map<String, String> settings = new TreeMap<>();
        if (json != null) { // a role that no longer exists has no settings
            JsonMapper.shared()
                    .readTree(json)
                    .properties()
                    .forEach(setting ->
                            settings.put(setting.getKey(), setting.getValue().asString()));
        }
        return settings;
    }

    private static Optional<String> schema(Connection source) throws SQLException {
        return Rows.first(
                source,
                "select pg_catalog.quote_ident(n.nspname) from pg_catalog.pg_extension e"
                        + " join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_stat_statements'",
                row -> row.getString(1));
    }

    private static String query(BundledSql sql, String name, String schema) {
        return sql.query("db/rehearse/" + name + ".sql")
                .replaceAll("(?m)^--.*$", "")
                .replace(":schema", schema);
    }
}
