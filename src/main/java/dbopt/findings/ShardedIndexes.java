package dbopt.findings;

import dbopt.bundled.BundledSql;
import dbopt.server.ReadableText;
import dbopt.server.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/**
 * Indexes of tables that Citus divides among nodes. They are not judged, because one node does not know enough about them.
 *
 * @param tables how many of the database's tables are distributed, or are shards
 * @param indexes the indexes of these tables
 */
public record ShardedIndexes(int tables, Set<IndexName> indexes) {
    /** The code of an index that is not judged because its table is distributed. */
    public static final String CODE = "sharded";

    /** The sharded indexes of a database without Citus, which has none. */
    public static final ShardedIndexes NONE = new ShardedIndexes(0, Set.of());

    /** Why a sharded index is not proposed for dropping, as the end of a sentence. */
    public static final String REASON =
            "Citus divides its table among nodes: a drop would lock every shard, and this node does not know whether the others need it";

    public ShardedIndexes {
        indexes = Set.copyOf(indexes);
    }

    /** Reads the sharded indexes of this database. */
    static ShardedIndexes of(Connection connection) throws SQLException {
        Set<Long> tables = new HashSet<>();
        Set<IndexName> indexes = new HashSet<>();
        String query = BundledSql.ofClassPath().query("db/audit/sharded_indexes.sql");
        Rows.all(connection, query, row -> {
            tables.add(row.getLong("table_oid"));
            return indexes.add(new IndexName(
                    ReadableText.required(row, "schema_name").text(),
                    ReadableText.required(row, "index_name").text()));
        });
        return new ShardedIndexes(tables.size(), indexes);
    }

    /** Whether this name, in any form in which dbopt prints it, is that of a sharded index. */
    public boolean holds(String name) {
        return indexes.stream().anyMatch(index -> index.isCalled(name));
    }
}
