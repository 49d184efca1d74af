package dbopt.plans;

import dbopt.server.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the current transaction has read from each relation, by the server's own counters. Unlike a plan, the counters
 * include foreign-key checks, which are queries that the server runs itself.
 */
record TransactionScans(Map<String, Counts> relations) {
    /**
     * The counters of one table or index.
     *
     * @param scans how often it was scanned; a table: from end to end
     * @param buffers the pages read
     */
    record Counts(boolean isIndex, long scans, long buffers) {}

    private static final String QUERY =
            """
            select n.nspname || '.' || c.relname, c.relkind = 'i', pg_catalog.pg_stat_get_xact_numscans(c.oid),
                pg_catalog.pg_stat_get_xact_blocks_fetched(c.oid)
            from pg_catalog.pg_class c
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'i', 'm', 't') and n.nspname not in ('pg_catalog', 'information_schema')
                and pg_catalog.pg_stat_get_xact_blocks_fetched(c.oid) > 0
            """;

    TransactionScans {
        relations = Map.copyOf(relations);
    }

    static TransactionScans none() {
        return new TransactionScans(Map.of());
    }

    static TransactionScans read(Connection connection) throws SQLException {
        return new TransactionScans(Rows.map(
                connection,
                QUERY,
                row -> row.getString(1),
                row -> new Counts(row.getBoolean(2), row.getLong(3), row.getLong(4))));
    }

    /** Returns what was read since the earlier counters. */
    TransactionScans since(TransactionScans earlier) {
        Map<String, Counts> difference = new HashMap<>();
        relations.forEach((name, now) -> {
            Counts then = earlier.relations.getOrDefault(name, new Counts(now.isIndex(), 0, 0));
            difference.put(name, new Counts(now.isIndex(), now.scans() - then.scans(), now.buffers() - then.buffers()));
        });
        return new TransactionScans(difference);
    }

    SortedSet<String> indexes() {
        return scanned(true);
    }

    SortedSet<String> sequential() {
        return scanned(false);
    }

    private SortedSet<String> scanned(boolean indexes) {
        SortedSet<String> scanned = new TreeSet<>();
        relations.forEach((name, counts) -> {
            if (counts.isIndex() == indexes && counts.scans() > 0) {
                scanned.add(name);
            }
        });
        return scanned;
    }

    long buffers() {
        return relations.values().stream().mapToLong(Counts::buffers).sum();
    }
}
