package dbopt.maintain;

import dbopt.bundled.BundledSql;
import dbopt.server.ReadableText;
import dbopt.server.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The properties of an index that a rebuild must preserve, read by {@code db/maintain/index_identity.sql}.
 *
 * @param oid the index's OID, which a rebuild changes, as it changes the size
 * @param bytes the index's size
 * @param identity the definition, comment, statistics targets and all other properties, and whether the index is invalid
 */
record IndexIdentity(long oid, long bytes, String identity) {
    private static final String QUERY = "db/maintain/index_identity.sql";

    /** Reads the index of this name on this table; empty if there is no such index. */
    static Optional<IndexIdentity> read(Connection connection, BundledSql sql, long tableOid, String index)
            throws SQLException {
        return Rows.first(
                connection,
                sql.query(QUERY),
                row -> new IndexIdentity(
                        row.getLong("oid"),
                        row.getLong("bytes"),
                        ReadableText.required(row, "identity").text()),
                tableOid,
                index);
    }
}
