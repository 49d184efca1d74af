package dbopt.maintain;

import dbopt.bundled.BundledSql;
import dbopt.server.ReadableText;
import dbopt.server.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What a rebuild must leave as it is, by {@code db/maintain/index_identity.sql}.
 *
 * @param oid its number, the only thing that another index has in its place afterwards, beside its size
 * @param identity definition, comment, statistics targets and all else, and whether it is invalid
 */
record IndexIdentity(long oid, long bytes, String identity) {
    private static final String QUERY = "db/maintain/index_identity.sql";

    /** The index of this name on this table; empty if there is none. */
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
