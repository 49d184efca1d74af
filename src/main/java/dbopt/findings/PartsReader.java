package dbopt.findings;

import dbopt.server.ReadableText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the parts of partitioned indexes with {@code db/audit/partitioned_parts.sql}. */
final class PartsReader {
    private PartsReader() {}

    /** Returns the parts of the partitioned indexes with these OIDs, by OID. */
    static Map<Long, PartitionedParts> of(Connection connection, Collection<Long> indexes) throws SQLException {
        Map<Long, PartitionedParts> parts = new HashMap<>();
        if (indexes.isEmpty()) {
            return parts;
        }
        try (PreparedStatement statement = connection.prepareStatement(Audit.query("partitioned_parts"))) {
            statement.setArray(1, connection.createArrayOf("int8", indexes.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    parts.put(
                            row.getLong("index_oid"),
                            new PartitionedParts(
                                    row.getInt("parts"),
                                    ReadableText.required(row, "undo_sql").text(),
                                    List.of((String[]) row.getArray("part_sql").getArray())));
                }
            }
        }
        return parts;
    }
}
