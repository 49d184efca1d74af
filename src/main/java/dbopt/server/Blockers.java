package dbopt.server;

import static java.util.stream.Collectors.joining;

import dbopt.terminal.TerminalText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a waiting session waits for: other sessions (<a
 * href="https://www.postgresql.org/docs/current/functions-info.html">pg_blocking_pids</a>), and prepared transactions, which
 * have no session.
 */
public record Blockers(List<Session> sessions, List<PreparedTransaction> prepared) {
    /**
     * A session that others wait for.
     *
     * @param state the session's state; "unknown" if this role is not allowed to see it
     * @param seconds how long the transaction has been open; if this role is not allowed to see that, how long the wait has
     *     lasted; -1 if neither is known
     * @param query the running or last query, in one line; "unknown" if this role is not allowed to see it
     * @param asking the role that dbopt connects as
     */
    public record Session(int pid, String user, String state, long seconds, String query, String asking) {
        @Override
        public String toString() {
            if (state.equals("unknown")) {
                return ("pid %d (%s%s): hidden from %s; GRANT pg_read_all_stats TO %s shows it."
                                + " A member of %s or a superuser can end it: select pg_terminate_backend(%d)")
                        .formatted(pid, user, seconds < 0 ? "" : ", for " + seconds + " s", asking, asking, user, pid);
            }
            String age = seconds < 0 ? "" : ", transaction open for " + seconds + " s";
            return "pid " + pid + " (" + user + ", " + state + age + "): " + query;
        }
    }

    /**
     * A transaction that was prepared for its second phase, and outlives its session.
     *
     * @param gid the identifier, as an SQL literal
     * @param seconds the time since it was prepared
     */
    public record PreparedTransaction(String gid, String owner, long seconds) {
        @Override
        public String toString() {
            return "the prepared transaction %1$s (%2$s, prepared %3$d s ago); %2$s or a superuser ends it in this database: COMMIT PREPARED %1$s or ROLLBACK PREPARED %1$s"
                    .formatted(gid, owner, seconds);
        }
    }

    private static final String OF_PROCESS = "waiting.pid = ?";
    private static final String OF_APPLICATION =
            "waiting.application_name = ? and waiting.datname = pg_catalog.current_database()";

    private static final String QUERY =
            """
            with waiting as materialized (
                select waiting.pid, waiting.query, waiting.application_name
                from pg_catalog.pg_stat_activity waiting
                where %s
            ),
            blocked as materialized (
                select waiting.pid, pg_catalog.pg_blocking_pids(waiting.pid) as by
                from waiting
                join pg_catalog.pg_stat_activity a on a.pid = waiting.pid and a.wait_event_type = 'Lock'
            )
            select distinct blocker.pid, coalesce(pg_catalog.quote_ident(blocker.usename), 'unknown') as owner,
                coalesce(blocker.state, 'unknown') as state,
                coalesce(
                    extract(epoch from pg_catalog.clock_timestamp() - case
                        when blocker.state is null then (
                            select pg_catalog.min(l.waitstart) from pg_catalog.pg_locks l
                            where l.pid = blocked.pid and not l.granted
                        )
                        else blocker.xact_start
                    end)::bigint,
                    -1
                ) as seconds,
                case when blocker.state is null then 'unknown'
                    else pg_catalog.left(pg_catalog.regexp_replace(blocker.query, '\\s+', ' ', 'g'), 100) end as query,
                pg_catalog.quote_ident(current_user) as asking
            from blocked
            cross join lateral pg_catalog.unnest(blocked.by) blocking (pid)
            join pg_catalog.pg_stat_activity blocker on blocker.pid = blocking.pid
            union -- prepared transactions: their locks have no process, and share a lock's target with what waits
            select 0, pg_catalog.quote_ident(x.owner), 'prepared', extract(epoch from pg_catalog.clock_timestamp() - x.prepared)::bigint,
                pg_catalog.quote_literal(x.gid), ''
            from blocked
            join pg_catalog.pg_locks w on w.pid = blocked.pid and not w.granted
            join pg_catalog.pg_locks h on h.pid is null and h.granted
                and (h.locktype, h.database, h.relation, h.page, h.tuple, h.virtualxid, h.transactionid, h.classid, h.objid, h.objsubid)
                    is not distinct from
                    (w.locktype, w.database, w.relation, w.page, w.tuple, w.virtualxid, w.transactionid, w.classid, w.objid, w.objsubid)
            join pg_catalog.pg_locks own on own.pid is null and own.locktype = 'transactionid' and own.granted
                and own.virtualtransaction = h.virtualtransaction
            join pg_catalog.pg_prepared_xacts x on x.transaction = own.transactionid
            where 0 = any (blocked.by)
            union -- Flyway asks for its lock again and again, so to the server nobody waits
            select holder.pid, coalesce(pg_catalog.quote_ident(holder.usename), 'unknown'), coalesce(holder.state, 'unknown'),
                coalesce(extract(epoch from pg_catalog.clock_timestamp() - holder.xact_start)::bigint, -1),
                'holds Flyway''s lock: ' || holder.application_name,
                pg_catalog.quote_ident(current_user)
            from pg_catalog.pg_locks held
            join pg_catalog.pg_stat_activity holder on holder.pid = held.pid
            where\s"""
                    + FlywayLock.IS_HELD
                    + """

                and holder.datname = pg_catalog.current_database()
                and exists (
                    select from waiting
                    where waiting.query like 'SELECT pg_try_advisory_%%lock%%' and waiting.pid <> holder.pid
                )
                and not exists (select from waiting where waiting.pid = holder.pid)
            order by 1
            """;

    public Blockers {
        sessions = List.copyOf(sessions);
        prepared = List.copyOf(prepared);
    }

    static Blockers nobody() {
        return new Blockers(List.of(), List.of());
    }

    /** Returns what the sessions of this application name wait for now, including their turn under Flyway's lock. */
    static Blockers of(Connection connection, String applicationName) throws SQLException {
        return read(connection, OF_APPLICATION, applicationName);
    }

    /** Returns what the session of this process waits for now, including its turn under Flyway's lock. */
    public static Blockers of(Connection connection, int pid) throws SQLException {
        return read(connection, OF_PROCESS, pid);
    }

    private static Blockers read(Connection connection, String whose, Object waiting) throws SQLException {
        List<Record> blockers = Rows.all(connection, QUERY.formatted(whose), Blockers::blocker, waiting);
        return new Blockers(only(Session.class, blockers), only(PreparedTransaction.class, blockers));
    }

    private static Record blocker(ResultSet row) throws SQLException {
        String owner = row.getString("owner");
        long seconds = row.getLong("seconds");
        return row.getInt("pid") == 0
                ? new PreparedTransaction(row.getString("query"), owner, seconds)
                : new Session(
                        row.getInt("pid"),
                        owner,
                        row.getString("state"),
                        seconds,
                        row.getString("query"),
                        row.getString("asking"));
    }

    private static <T> List<T> only(Class<T> type, List<?> blockers) {
        return blockers.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The identifiers of the blockers, which show whether they have changed since the last look. */
    public List<String> names() {
        return Stream.concat(
                        sessions.stream().map(session -> String.valueOf(session.pid())),
                        prepared.stream().map(PreparedTransaction::gid))
                .toList();
    }

    public boolean none() {
        return sessions.isEmpty() && prepared.isEmpty();
    }

    @Override
    public String toString() {
        return TerminalText.line(Stream.concat(sessions.stream(), prepared.stream())
                .map(Object::toString)
                .collect(joining("; ")));
    }
}
