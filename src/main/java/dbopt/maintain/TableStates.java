package dbopt.maintain;

import dbopt.bundled.BundledSql;
import dbopt.server.ReadableText;
import dbopt.server.Rows;
import dbopt.terminal.TerminalText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The state of every table, read by {@code db/maintain/tables.sql}.
 *
 * @param unreadable the names that are not valid text in this client's encoding, so that no statement can name the table
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
        Rows.all(connection, sql.query(QUERY), row -> {
            ReadableText name = ReadableText.required(row, "table_name");
            return name.valid() ? tables.add(state(row, name.text())) : unreadable.add(name.text());
        });
        return new TableStates(tables, unreadable);
    }

    private static TableState state(ResultSet row, String name) throws SQLException {
        return new TableState(
                name,
                ReadableText.required(row, "owner").text(),
                row.getBoolean("partitioned"),
                row.getBoolean("permitted"),
                row.getBoolean("named"),
                row.getLong("live_rows"),
                row.getLong("dead_rows"),
                row.getLong("changes"),
                row.getLong("pages"),
                row.getLong("visible_pages"),
                instant(row, "last_analyzed"),
                instant(row, "last_vacuumed"),
                statistics(row));
    }

    /** Returns a text that lists the tables that are not judged; empty if all are judged. */
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
