package dbopt.migrate;

import dbopt.server.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;

/** Reads the sizes of indexes. A partitioned index has the size of its parts; an index that does not exist has no entry. */
final class IndexSizeReader {
    private static final String QUERY =
            """
            with recursive part (name, oid) as (
                select name, pg_catalog.to_regclass(name)::oid
                from pg_catalog.unnest(?::text[]) name
                where pg_catalog.to_regclass(name) is not null
                union all
                select part.name, h.inhrelid from part join pg_catalog.pg_inherits h on h.inhparent = part.oid
            )
            select name, sum(pg_catalog.pg_relation_size(oid))::bigint from part group by name
            """;

    private IndexSizeReader() {}

    /** Returns the sizes in bytes, by name. */
    static Map<String, Long> read(Connection connection, Collection<String> names) throws SQLException {
        return Rows.map(connection, QUERY, row -> row.getString(1), row -> row.getLong(2), names);
    }
}
