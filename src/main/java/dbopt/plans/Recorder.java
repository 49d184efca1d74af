package dbopt.plans;

import static java.util.Objects.requireNonNull;

import dbopt.queries.ExplainedPlan;
import dbopt.queries.WatchedQuery;
import dbopt.server.Rows;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Asks the server for the plans. Each query has a transaction of its own, which is rolled back. The transaction is read-only
 * unless it runs a query that writes.
 */
final class Recorder {
    private static final String SETTINGS =
            """
            select name, pg_catalog.current_setting(name)
            from pg_catalog.pg_settings
            where name in ('random_page_cost', 'seq_page_cost', 'effective_cache_size', 'work_mem')
                or category like 'Query Tuning%' and setting is distinct from boot_val
            order by name
            """;

    private static final String TABLES =
            """
            select distinct n.nspname || '.' || c.relname,
                pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint,
                c.reltuples::bigint, c.relallvisible
            from pg_catalog.pg_class c
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            left join pg_catalog.pg_index i on i.indrelid = c.oid
            left join pg_catalog.pg_class index on index.oid = i.indexrelid
            where c.relkind in ('r', 'm')
                and (n.nspname || '.' || c.relname = any (?) or n.nspname || '.' || index.relname = any (?))
            """;

    private final Connection connection;
    private final int runs;
    private final Consumer<String> progress;

    /** @param runs how often to run a query; the median counts */
    Recorder(Connection connection, int runs, Consumer<String> progress) {
        this.connection = requireNonNull(connection, "connection is null");
        this.runs = runs;
        this.progress = requireNonNull(progress, "progress is null");
    }

    /** Records the plans, in the order of the queries. Queries that write run after all that read. */
    Recording record(List<WatchedQuery> queries, Recording.Measured measured) {
        try {
            connection.setAutoCommit(false);
            Map<String, QueryPlan> plans = new HashMap<>();
            for (WatchedQuery query : queries.stream()
                    .sorted(Comparator.comparing(WatchedQuery::writes))
                    .toList()) {
                plans.put(query.name(), plan(query, measured.includes(query)));
            }
            return new Recording(
                    connection.getMetaData().getDatabaseProductVersion(),
                    Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                    measured,
                    settings(),
                    tables(plans.values()),
                    queries.stream().map(query -> plans.get(query.name())).toList());
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "The plans could not be recorded: " + ServerError.of(e).text() + "\nNothing was changed.",
                    e);
        }
    }

    private QueryPlan plan(WatchedQuery query, boolean measured) throws SQLException {
        if (InterruptHandler.interrupted()) {
            throw new SQLException("interrupted before " + query.name());
        }
        progress.accept((measured ? "Running " : "Planning ") + query.name());
        try {
            return measured ? run(query) : planned(query);
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "The query " + query.name() + " cannot be " + (measured ? "run: " : "planned: ")
                            + ServerError.of(e).text() + "\nNothing was changed, and no file was written. Is this the"
                            + " database of the application whose queries are in db/queries?",
                    e);
        } finally {
            connection.rollback();
        }
    }

    private QueryPlan planned(WatchedQuery query) throws SQLException {
        begin(true);
        ExplainedPlan plan = explain("explain (verbose, format json) ", query);
        return new QueryPlan(
                query.name(),
                query.sql(),
                plan.shape(),
                plan.indexes(),
                plan.sequential(),
                plan.cost(),
                plan.rows(),
                Optional.empty());
    }

    private QueryPlan run(WatchedQuery query) throws SQLException {
        List<QueryPlan> plans = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            begin(!query.writes());
            for (String statement : query.preparation()) {
                execute(statement);
            }
            TransactionScans before = query.writes() ? TransactionScans.read(connection) : TransactionScans.none();
            ExplainedPlan plan = explain("explain (analyze, verbose, buffers, format json) ", query);
            TransactionScans scans =
                    query.writes() ? TransactionScans.read(connection).since(before) : TransactionScans.none();
            connection.rollback();
            plans.add(new QueryPlan(
                    query.name(),
                    query.sql(),
                    plan.shape(),
                    union(plan.indexes(), scans.indexes()),
                    union(plan.sequential(), scans.sequential()),
                    plan.cost(),
                    plan.rows(),
                    Optional.of(new ExecutionCost(
                            query.writes() ? scans.buffers() : plan.buffers(), plan.milliseconds()))));
        }
        return MedianRun.of(plans);
    }

    private void begin(boolean readOnly) throws SQLException {
        if (readOnly) {
            execute("set transaction read only");
        } else {
            execute("set local lock_timeout = '2s'");
        }
    }

    private ExplainedPlan explain(String how, WatchedQuery query) throws SQLException {
        return ExplainedPlan.parse(Rows.only(connection, how + query.sql(), row -> row.getString(1)));
    }

    private Map<String, String> settings() throws SQLException {
        return Rows.map(connection, SETTINGS, row -> row.getString(1), row -> row.getString(2));
    }

    private Map<String, PlannedTable> tables(Iterable<QueryPlan> plans) throws SQLException {
        Set<String> sequential = new TreeSet<>();
        Set<String> indexes = new TreeSet<>();
        for (QueryPlan plan : plans) {
            sequential.addAll(plan.sequential());
            indexes.addAll(plan.indexes());
        }
        Map<String, PlannedTable> tables = Rows.map(
                connection,
                TABLES,
                row -> row.getString(1),
                row -> new PlannedTable(row.getLong(2), row.getLong(3), row.getLong(4)),
                sequential,
                indexes);
        connection.rollback();
        return tables;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static SortedSet<String> union(Set<String> some, Set<String> others) {
        SortedSet<String> union = new TreeSet<>(some);
        union.addAll(others);
        return union;
    }
}
