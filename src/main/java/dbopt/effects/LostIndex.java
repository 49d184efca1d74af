package dbopt.effects;

import static java.util.Objects.requireNonNull;

import dbopt.evidence.IndexCounters;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An index that one observation has and the next lacks, although its table remained.
 *
 * @param index the index as last observed; for a partitioned index all of its parts together
 * @param table the table of the index
 * @param primary when the index was absent, by the clock of the primary
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

    /**
     * Whether the text of a statement suggests that it used the index: it names the leading column, or the index begins with
     * an expression.
     */
    boolean mayServe(String text) {
        Matcher column = LEADING_COLUMN.matcher(index.definition());
        return !column.find()
                || Words.names(text, column.group(1).replaceAll("^\"|\"$", "").replace("\"\"", "\""));
    }
}
