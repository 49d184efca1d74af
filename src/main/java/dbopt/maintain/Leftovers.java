package dbopt.maintain;

import dbopt.bundled.BundledSql;
import dbopt.server.ReadableText;
import dbopt.server.Rows;
import dbopt.server.ServerError;
import dbopt.terminal.Terminal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The invalid indexes that interrupted rebuilds left, read by {@code db/maintain/leftovers.sql}. Finds out which rebuild
 * left an index, and drops it.
 */
final class Leftovers {
    private static final String QUERY = "db/maintain/leftovers.sql";
    private static final Pattern SUFFIX = Pattern.compile("_cc(new|old)[0-9]*$");
    private static final Pattern LAST_NAME = Pattern.compile("(?:\"((?:[^\"]|\"\")*)\"|([^\".]+))$");

    /** The fewest bytes of a truncated name: 63, less what is lost if a character of several bytes does not fit. */
    private static final int LONG_NAME = 60;

    /**
     * An invalid index that a rebuild left.
     *
     * @param name the name without schema and quotes
     * @param index the qualified name, quoted for a statement
     * @param busy whether a session is working on the index
     */
    record Leftover(long oid, long tableOid, String name, String index, String table, boolean busy) {
        /** Whether the given rebuild left this index, and not an earlier one or one of another index. */
        boolean isOf(RebuildHistory.Entry begun) {
            Matcher suffix = SUFFIX.matcher(name);
            if (tableOid != begun.tableOid() || begun.leftovers().contains(index) || !suffix.find()) {
                return false;
            }
            if (suffix.group(1).equals("old")) {
                return oid == begun.oid();
            }
            String before = name.substring(0, suffix.start());
            String rebuilt = bareName(begun.index());
            return before.equals(rebuilt)
                    || (rebuilt.startsWith(before) && name.getBytes(StandardCharsets.UTF_8).length >= LONG_NAME);
        }

        String statement() {
            return "drop index concurrently " + index;
        }
    }

    private Leftovers() {}

    private static String bareName(String qualified) {
        Matcher name = LAST_NAME.matcher(qualified);
        if (!name.find()) {
            return qualified;
        }
        return name.group(1) == null ? name.group(2) : name.group(1).replace("\"\"", "\"");
    }

    static List<Leftover> in(Connection connection, BundledSql sql) throws SQLException {
        return Rows.all(connection, sql.query(QUERY), Leftovers::leftover).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Returns the leftover; empty if its name is not valid text in this client's encoding, so that no statement can name the
     * index.
     */
    private static Optional<Leftover> leftover(ResultSet row) throws SQLException {
        ReadableText index = ReadableText.required(row, "index_name");
        return index.valid()
                ? Optional.of(new Leftover(
                        row.getLong("oid"),
                        row.getLong("table_oid"),
                        ReadableText.required(row, "name").text(),
                        index.text(),
                        ReadableText.required(row, "table_name").text(),
                        row.getBoolean("busy")))
                : Optional.empty();
    }

    /**
     * Drops what the given rebuild left.
     *
     * @return whether nothing of the rebuild is left
     */
    static boolean clear(
            Connection connection, BundledSql sql, RebuildHistory.Entry begun, Duration lockTimeout, Terminal terminal)
            throws SQLException {
        List<Leftover> own =
                in(connection, sql).stream().filter(each -> each.isOf(begun)).toList();
        if (own.stream().filter(each -> each.oid() != begun.oid()).count() > 1) {
            terminal.progress("Which of these is left over from the rebuild of " + begun.index()
                    + " could not be determined, so none is dropped. Drop those that no session is building:");
            own.forEach(each -> terminal.progress("  " + each.statement() + ";"));
            return false;
        }
        if (own.stream().anyMatch(Leftover::busy)) {
            terminal.progress("A session still works on the rebuild of " + begun.index()
                    + ": if it fails, the same command removes what is left.");
            return false;
        }
        boolean cleared = true;
        for (Leftover leftover : own) {
            cleared &= drop(connection, leftover, lockTimeout, terminal);
        }
        return cleared;
    }

    private static boolean drop(Connection connection, Leftover leftover, Duration lockTimeout, Terminal terminal)
            throws SQLException {
        MaintenanceSession.set(connection, "lock_timeout", lockTimeout);
        try (Statement statement = connection.createStatement()) {
            statement.execute(leftover.statement());
            terminal.progress("Dropped " + leftover.index() + ", which the interrupted rebuild left");
            return true;
        } catch (SQLException e) {
            terminal.progress(leftover.index() + " is left invalid: no query uses it, but every write maintains it ("
                    + ServerError.of(e).message()
                    + "). The same command removes it; or: " + leftover.statement() + ";");
            if (!connection.isValid(5)) {
                throw e;
            }
            return false;
        }
    }

    /**
     * Returns a text for people on leftovers that this run must not touch, since no rebuild recorded here left them; empty
     * if there are none.
     */
    static String text(List<Leftover> leftovers) {
        List<Leftover> idle = leftovers.stream().filter(each -> !each.busy()).toList();
        if (idle.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder(
                "Invalid indexes of rebuilds that this file does not record; not touched. If no session is building them:\n");
        idle.forEach(each -> text.append("  ").append(each.statement()).append(";\n"));
        return text.toString();
    }
}
