package dbopt.maintain;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What one of the health report's checks for bloat found.
 *
 * @param found a line each: the object, or the statement that builds it anew, and how much is empty
 * @param unknown what could not be judged, and why
 */
record Bloat(List<String> found, List<String> unknown) {
    Bloat {
        found = List.copyOf(found);
        unknown = List.copyOf(unknown);
    }

    static Bloat read(Connection database, String check) throws SQLException {
        List<String> found = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(check)) {
            while (rows.next()) {
                String object = rows.getString("object");
                String detail = rows.getString("detail");
                if (rows.getString("severity").equals("unknown")) {
                    unknown.add("Unknown whether bloated: " + object + "; " + detail);
                } else {
                    String fix = rows.getString("fix");
                    found.add("  " + (fix == null ? object : fix + ";") + "  -- " + detail);
                }
            }
        }
        return new Bloat(found, unknown);
    }

    /** For people to read; empty if nothing is bloated, and that is known. */
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
