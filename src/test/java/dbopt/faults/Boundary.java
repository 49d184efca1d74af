package dbopt.faults;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place before a statement.
 *
 * @param occurrence how often the same text has come by in this run, this time included
 */
record Boundary(String sql, int occurrence) {
    private static final String MAIN =
            "(?is)(select (?:from )?pg_temp\\.assert|drop index|create (unique )?index|create table|alter table|alter index|create or replace view|do \\$\\$|insert into|commit$).*";

    private static final Pattern MAKING = Pattern.compile("(?i)create (unique )?(table|index)");

    /** Whether the statement belongs to a migration, an undo script or its row, not to the callbacks around all of them. */
    boolean isMain() {
        return text().matches(MAIN) && !text().contains("set_config(");
    }

    /** Where a migration begins: the callback before each. */
    boolean begins() {
        return sql.startsWith("-- Runs before every ");
    }

    /** Where a migration has ended, and its row is written. */
    boolean ends() {
        return sql.startsWith("SELECT pg_advisory_unlock");
    }

    /** The kind of object created, such as {@code create index}; empty if neither a table nor an index is created. */
    String making() {
        Matcher matcher = MAKING.matcher(text());
        return matcher.lookingAt() ? matcher.group() : "";
    }

    /** The statement without the comments before it, in one line. */
    String text() {
        return sql.replaceAll("(?m)^\\s*--.*$", "")
                .replaceAll("/\\*.*?\\*/", "")
                .strip()
                .replaceAll("\\s+", " ");
    }

    @Override
    public String toString() {
        String text = text();
        String shortened = text.length() > 60 ? text.substring(0, 60) + "..." : text;
        return "before \"" + shortened + '"' + (occurrence == 1 ? "" : " no. " + occurrence);
    }
}
