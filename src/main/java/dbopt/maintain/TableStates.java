package dbopt.maintain;

import dbopt.bundled.BundledSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the state of every table, by {@code db/maintain/tables.sql}. */
final class TableStates {
    private static final String QUERY = "db/maintain/tables.sql";

    private TableStates() {}

    static List<TableState> read(Connection connection, BundledSql sql) throws SQLException {
        List<TableState> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql.read(QUERY))) {
            while (rows.next()) {
                tables.add(new TableState(
                        rows.getString("table_name"),
                        rows.getString("owner"),
                        rows.getBoolean("partitioned"),
                        rows.getBoolean("permitted"),
                        rows.getBoolean("named"),
                        rows.getLong("live_rows"),
                        rows.getLong("dead_rows"),
                        rows.getLong("changes"),
                        rows.getLong("pages"),
                        rows.getLong("visible_pages"),
                        instant(rows, "last_analyzed"),
                        instant(rows, "last_vacuumed"),
                        statistics(rows)));
            }
        }
        return tables;
    }

    private static Optional<Instant> instant(ResultSet rows, String column) throws SQLException {
        return Optional.ofNullable(rows.getTimestamp(column)).map(Timestamp::toInstant);
    }

    private static TableState.Statistics statistics(ResultSet rows) throws SQLException {
        boolean present = rows.getBoolean("has_statistics");
        if (rows.wasNull()) {
            return TableState.Statistics.UNKNOWN;
        }
        return present ? TableState.Statistics.PRESENT : TableState.Statistics.MISSING;
    }
}
