package dbopt.migrate;

import dbopt.server.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;

/** Reads how large indexes are; one that is not there has no entry. */
final class IndexSizeReader {
    private static final String QUERY =
            """
            select name, pg_catalog.pg_relation_size(pg_catalog.to_regclass(name))
            from pg_catalog.unnest(?::text[]) name
            where pg_catalog.to_regclass(name) is not null
            """;

    private IndexSizeReader() {}

    /** Sizes in bytes, by name. */
    static Map<String, Long> read(Connection connection, Collection<String> names) throws SQLException {
        return Rows.map(connection, QUERY, row -> row.getString(1), row -> row.getLong(2), names);
    }
}
