package dbopt.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The cost of 100,000 new rows in write-ahead log and time. The rows are rolled back and vacuumed. */
final class Inserts {
    private static final String PREPARATION =
            """
            create schema if not exists bench;
            create unlogged table if not exists bench.metrics_commit as
            select id + 100000000 * copy as id, created_at, updated_at, md5(id || ' ' || copy) || '01234567' as github_sha,
                github_repo, message, additions, deletions, committed_at + copy * interval '1000 days' as committed_at,
                ai_co_authors, is_ai_assisted, author_id, pull_request_id, team_id
            from public.metrics_commit cross join generate_series(1, 8) copy
            order by copy, id
            limit 100000;
            create unlogged table if not exists bench.metrics_aiusagedaily as
            select id + 100000000 * copy as id, created_at, updated_at, date + copy * 1000 as date, source, active_hours,
                suggestions_shown, suggestions_accepted, acceptance_rate, synced_at, member_id, team_id
            from public.metrics_aiusagedaily cross join generate_series(1, 8) copy
            order by copy, id
            limit 100000;
            """;

    /** One insert of all the rows. */
    record Cost(double megabytes, double seconds) {}

    private final BenchServer server;

    Inserts(BenchServer server) throws SQLException {
        this.server = server;
        server.run(BenchServer.AUDITED, PREPARATION);
    }

    Cost into(String table) throws SQLException {
        try (Connection connection = server.connect(BenchServer.AUDITED);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            String before = position(statement);
            long start = System.nanoTime();
            statement.execute("insert into public." + table + " select * from bench." + table);
            double seconds = (System.nanoTime() - start) / 1e9;
            double bytes = value(statement, "select pg_current_wal_insert_lsn() - '" + before + "'::pg_lsn");
            connection.rollback();
            connection.setAutoCommit(true);
            statement.execute("vacuum public." + table);
            return new Cost(bytes / 1048576, seconds);
        }
    }

    private static String position(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("select pg_current_wal_insert_lsn()")) {
            row.next();
            return row.getString(1);
        }
    }

    private static double value(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getDouble(1);
        }
    }
}
