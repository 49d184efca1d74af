package dbopt.twin;

import dbopt.bundled.BundledSql;
import dbopt.server.Rows;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.PGCopyInputStream;

/** Copies the statistics from the source into the twin as a stream: no value of the data becomes a string in this program. */
final class TwinStatistics {
    private static final String SINCE_17 = "(?m)^ *-- since 17\n.*$";

    private final Connection source;
    private final Connection twin;
    private final BundledSql sql;
    private final int major;

    TwinStatistics(Connection source, Connection twin, BundledSql sql, int major) {
        this.source = source;
        this.twin = twin;
        this.sql = sql;
        this.major = major;
    }

    /** Copies the statistics, and returns the tables for which the twin refused some statistics. */
    List<SourceFacts.TableName> carry() throws SQLException, IOException {
        try (Statement statement = twin.createStatement()) {
            statement.execute(sql.query("db/rehearse/twin/staging.sql"));
            copy(sql.query("db/rehearse/relations.sql"), "relation_facts");
            String columns = sql.query("db/rehearse/statistics.sql");
            copy(major >= 17 ? columns : columns.replaceAll(SINCE_17, "    null, null, null"), "column_facts");
            copy(sql.query("db/rehearse/extended_statistics.sql"), "extended_facts");
            copy(sql.query("db/rehearse/expression_statistics.sql"), "expression_facts");
            statement.execute(sql.query("db/rehearse/twin/stand_ins.sql"));
            statement.execute(sql.query("db/rehearse/twin/statistics.sql"));
            extended(statement);
            statement.execute(sql.query("db/rehearse/twin/extended.sql"));
            return Rows.all(
                    twin,
                    "select distinct schema_name, table_name from refused",
                    row -> new SourceFacts.TableName(row.getString(1), row.getString(2)));
        }
    }

    private void copy(String query, String table) throws SQLException, IOException {
        CopyManager target = twin.unwrap(PGConnection.class).getCopyAPI();
        String text = query.strip().replaceFirst(";$", "");
        try (InputStream facts =
                new PGCopyInputStream(source.unwrap(PGConnection.class), "copy (" + text + "\n) to stdout")) {
            target.copyIn("copy " + table + " from stdin", facts);
        }
    }

    /**
     * Copies the extended statistics that contain no values: counts of distinct combinations, and dependencies between
     * columns.
     */
    private void extended(Statement statement) throws SQLException {
        statement.execute(
                """
                create cast (bytea as pg_catalog.pg_ndistinct) without function;
                create cast (bytea as pg_catalog.pg_dependencies) without function;
                create cast (bytea as pg_catalog.pg_mcv_list) without function
                """);
        String insert = (major >= 15
                        ? "insert into pg_catalog.pg_statistic_ext_data (stxoid, stxdinherit, stxdndistinct, stxddependencies) select s.oid, f.inherited, "
                        : "update pg_catalog.pg_statistic_ext_data d set (stxdndistinct, stxddependencies) = (select ")
                + "?::bytea::pg_catalog.pg_ndistinct, ?::bytea::pg_catalog.pg_dependencies"
                + (major >= 15 ? "" : ")")
                + " from extended_facts f join pg_catalog.pg_namespace n on n.nspname = f.schema_name"
                + " join pg_catalog.pg_statistic_ext s on s.stxnamespace = n.oid and s.stxname = f.name where "
                + (major >= 15 ? "" : "d.stxoid = s.oid and ")
                + "f.schema_name = ? and f.name = ? and f.inherited = ?";
        try (PreparedStatement put = twin.prepareStatement(insert);
                ResultSet row = statement.executeQuery(
                        "select schema_name, name, inherited, n_distinct, dependencies from extended_facts")) {
            while (row.next()) {
                put.setBytes(1, ExtendedStatistics.distinct(row.getString("n_distinct")));
                put.setBytes(2, ExtendedStatistics.dependencies(row.getString("dependencies")));
                put.setString(3, row.getString("schema_name"));
                put.setString(4, row.getString("name"));
                put.setBoolean(5, row.getBoolean("inherited"));
                put.executeUpdate();
            }
        }
    }

    /** An expression of an index, with the statement that creates statistics for it. */
    private record Expression(long index, int column, String name, String statement) {}

    /**
     * Creates statistics for the expressions of these indexes that do not depend on the indexes. Returns whether the indexes
     * have expressions.
     */
    static boolean keepOfExpressions(Connection superuser, Connection owner, List<String> indexes, BundledSql sql)
            throws SQLException {
        List<Expression> expressions = Rows.all(
                superuser,
                sql.query("db/rehearse/twin/expressions.sql"),
                row -> new Expression(
                        row.getLong("index_oid"),
                        row.getInt("column_number"),
                        row.getString("statistics_name"),
                        row.getString("statement")),
                indexes,
                indexes);
        String fill = superuser.getMetaData().getDatabaseMajorVersion() >= 15
                ? "insert into pg_catalog.pg_statistic_ext_data (stxoid, stxdinherit, stxdexpr) select s.oid, false, array[k] from pg_catalog.pg_statistic_ext s, pg_catalog.pg_statistic k where "
                : "update pg_catalog.pg_statistic_ext_data d set stxdexpr = array[k] from pg_catalog.pg_statistic_ext s, pg_catalog.pg_statistic k where d.stxoid = s.oid and ";
        for (Expression expression : expressions) {
            try (Statement statement = owner.createStatement();
                    PreparedStatement put = superuser.prepareStatement(
                            fill + "s.stxname = ? and k.starelid = ?::oid and k.staattnum = ?")) {
                statement.execute(expression.statement());
                put.setString(1, expression.name());
                put.setLong(2, expression.index());
                put.setInt(3, expression.column());
                put.executeUpdate();
            }
        }
        return !expressions.isEmpty();
    }
}
