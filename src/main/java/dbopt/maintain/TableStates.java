package dbopt.maintain;

import dbopt.bundled.BundledSql;
import dbopt.server.ReadableText;
import dbopt.terminal.TerminalText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The state of every table, by {@code db/maintain/tables.sql}.
 *
 * @param unreadable names that are no valid text in this client's encoding, so that no statement can name the table
 */
record TableStates(List<TableState> tables, List<String> unreadable) {
    private static final String QUERY = "db/maintain/tables.sql";

    TableStates {
        tables = List.copyOf(tables);
        unreadable = List.copyOf(unreadable);
    }

    static TableStates read(Connection connection, BundledSql sql) throws SQLException {
        List<TableState> tables = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql.query(QUERY))) {
            while (rows.next()) {
                ReadableText name = ReadableText.required(rows, "table_name");
                if (!name.valid()) {
                    unreadable.add(name.text());
                    continue;
                }
                tables.add(new TableState(
                        name.text(),
                        ReadableText.required(rows, "owner").text(),
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
        return new TableStates(tables, unreadable);
    }

    /** Which tables are not judged; empty if all are. */
    String unreadableText() {
        return unreadable.isEmpty()
                ? ""
                : "Not judged, because its name is not valid text in this client's encoding:\n"
                        + TerminalText.some(unreadable) + "\n";
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
