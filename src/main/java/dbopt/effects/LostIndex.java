package dbopt.effects;

import static java.util.Objects.requireNonNull;

import dbopt.evidence.IndexCounters;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An index that was there at one observation and not at the next, while its table stayed.
 *
 * @param index as it was last seen; of a partitioned one all of its parts together
 * @param table that it was on
 * @param primary when it was missing, by the clock of the primary
 */
public record LostIndex(IndexCounters index, IndexedTable table, Absence primary) {
    private static final Pattern LEADING_COLUMN = Pattern.compile(" USING \\w+ \\((\"(?:[^\"]|\"\")+\"|\\w+)[ ,)]");

    public LostIndex {
        requireNonNull(index, "index is null");
        requireNonNull(table, "table is null");
        requireNonNull(primary, "primary is null");
    }

    String name() {
        return name(index);
    }

    static String name(IndexCounters index) {
        return index.schema().length() + " " + index.schema() + index.index();
    }

    /** The index and its table, for people to read. */
    public String title() {
        return index.schema() + "." + index.index() + " on " + index.schema() + "." + index.table();
    }

    /** Whether a statement can have used it, as far as its text tells: it names the leading column, or that is an expression. */
    boolean mayServe(String text) {
        Matcher column = LEADING_COLUMN.matcher(index.definition());
        return !column.find()
                || Words.names(text, column.group(1).replaceAll("^\"|\"$", "").replace("\"\"", "\""));
    }
}
