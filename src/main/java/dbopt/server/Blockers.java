package dbopt.server;

import static java.util.stream.Collectors.joining;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The sessions that a waiting session waits for
 * (<a href="https://www.postgresql.org/docs/current/functions-info.html">pg_blocking_pids</a>).
 */
public record Blockers(List<Session> sessions) {
    /**
     * One of them.
     *
     * @param seconds how long its transaction is open; -1 if this role may not see it
     * @param query what it runs or ran last, in one line; "unknown" if this role may not see it
     */
    public record Session(int pid, String user, String state, long seconds, String query) {
        @Override
        public String toString() {
            String age = seconds < 0 ? "" : ", transaction open for " + seconds + " s";
            return "pid " + pid + " (" + user + ", " + state + age + "): " + query;
        }
    }

    private static final String OF_PROCESS = "waiting.pid = ?";
    private static final String OF_APPLICATION =
            "waiting.application_name = ? and waiting.datname = pg_catalog.current_database()";

    private static final String QUERY =
            """
            select distinct blocker.pid, coalesce(blocker.usename, 'unknown'), coalesce(blocker.state, 'unknown'),
                coalesce(extract(epoch from pg_catalog.clock_timestamp() - blocker.xact_start)::bigint, -1),
                case when blocker.state is null then 'unknown'
                    else pg_catalog.left(pg_catalog.regexp_replace(blocker.query, '\\s+', ' ', 'g'), 100) end
            from pg_catalog.pg_stat_activity waiting
            cross join lateral pg_catalog.unnest(pg_catalog.pg_blocking_pids(waiting.pid)) blocking (pid)
            join pg_catalog.pg_stat_activity blocker on blocker.pid = blocking.pid
            where waiting.wait_event_type = 'Lock' and %s
            """;

    /** Flyway asks for its lock again and again, so to the server nobody waits. (The lock's number begins with 466C: "Fl".) */
    private static final String HOLDERS_OF_FLYWAYS_LOCK =
            """
            union
            select holder.pid, coalesce(holder.usename, 'unknown'), coalesce(holder.state, 'unknown'),
                coalesce(extract(epoch from pg_catalog.clock_timestamp() - holder.xact_start)::bigint, -1),
                'holds Flyway''s lock: ' || holder.application_name
            from pg_catalog.pg_locks held
            join pg_catalog.pg_stat_activity holder on holder.pid = held.pid
            where held.locktype = 'advisory' and held.granted and held.classid::bigint in (x'466c'::int, x'466b'::int)
                and holder.datname = pg_catalog.current_database() and holder.application_name <> ?
                and exists (
                    select from pg_catalog.pg_stat_activity waiting
                    where waiting.application_name = ? and waiting.datname = pg_catalog.current_database()
                        and waiting.query like 'SELECT pg_try_advisory_lock%'
                )
            """;

    private static final String IN_ORDER = "order by 1";

    public Blockers {
        sessions = List.copyOf(sessions);
    }

    /** Whom the sessions of this application name wait for right now, their turn under Flyway's lock included. */
    static Blockers of(Connection connection, String applicationName) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(QUERY.formatted(OF_APPLICATION) + HOLDERS_OF_FLYWAYS_LOCK + IN_ORDER)) {
            for (int position = 1; position <= 3; position++) {
                statement.setString(position, applicationName);
            }
            return read(statement);
        }
    }

    /** Whom the session of this process waits for right now. */
    public static Blockers of(Connection connection, int pid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(QUERY.formatted(OF_PROCESS) + IN_ORDER)) {
            statement.setInt(1, pid);
            return read(statement);
        }
    }

    private static Blockers read(PreparedStatement statement) throws SQLException {
        List<Session> sessions = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                sessions.add(new Session(
                        rows.getInt(1), rows.getString(2), rows.getString(3), rows.getLong(4), rows.getString(5)));
            }
        }
        return new Blockers(sessions);
    }

    /** Who they are, to tell whether it is still the same ones. */
    public List<Integer> pids() {
        return sessions.stream().map(Session::pid).toList();
    }

    public boolean none() {
        return sessions.isEmpty();
    }

    @Override
    public String toString() {
        return sessions.stream().map(Session::toString).collect(joining("; "));
    }
}
