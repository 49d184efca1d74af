package dbopt.maintain;

import dbopt.server.ReadableText;
import dbopt.server.Rows;
import dbopt.server.ServerError;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The result of one of the health report's checks for bloat.
 *
 * @param found a line for each bloated object: the object, or the statement that rebuilds it, and how much of it is empty
 * @param unknown a line for each object that could not be judged, with the reason
 */
record Bloat(List<String> found, List<String> unknown) {
    private static final String UNKNOWN = "Unknown whether bloated: ";

    Bloat {
        found = List.copyOf(found);
        unknown = List.copyOf(unknown);
    }

    /**
     * Runs a check for bloat.
     *
     * @param what the objects that the check judges, such as {@code indexes}
     * @param check the query of the check
     */
    static Bloat read(Connection database, String what, String check) throws SQLException {
        List<String> found = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        try (Statement statement = database.createStatement()) {
            statement.execute("set lock_timeout = '2s'");
            for (Line line : Rows.all(database, check, Bloat::line)) {
                (line.known() ? found : unknown).add(line.text());
            }
        } catch (SQLException e) {
            if (!database.isValid(5)) {
                throw e;
            }
            unknown.add(UNKNOWN + what + "; " + ServerError.of(e).message());
        }
        return new Bloat(found, unknown);
    }

    private record Line(boolean known, String text) {}

    private static Line line(ResultSet row) throws SQLException {
        String object = ReadableText.required(row, "object").text();
        String detail = row.getString("detail");
        if (row.getString("severity").equals("unknown")) {
            return new Line(false, UNKNOWN + object + "; " + detail);
        }
        Optional<ReadableText> fix = ReadableText.of(row, "fix").filter(ReadableText::valid);
        return new Line(
                true, "  " + fix.map(statement -> statement.text() + ";").orElse(object) + "  -- " + detail);
    }

    /** Returns the bloat for people to read; empty if the check could judge all objects and found none. */
    String text(String introduction) {
        List<String> lines = new ArrayList<>();
        if (!found.isEmpty()) {
            lines.add(introduction);
            lines.addAll(found);
        }
        lines.addAll(unknown);
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }
}
