package dbopt.migrate;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Reads how large indexes are; one that is not there has no entry. */
final class IndexSizes {
    private static final String QUERY =
            """
            select name, pg_catalog.pg_relation_size(pg_catalog.to_regclass(name))
            from pg_catalog.unnest(?::text[]) name
            where pg_catalog.to_regclass(name) is not null
            """;

    private IndexSizes() {}

    /** Sizes in bytes, by name. */
    static Map<String, Long> read(Connection connection, Collection<String> names) throws SQLException {
        Map<String, Long> sizes = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
            statement.setArray(1, connection.createArrayOf("text", names.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    sizes.put(rows.getString(1), rows.getLong(2));
                }
            }
        }
        return sizes;
    }
}
