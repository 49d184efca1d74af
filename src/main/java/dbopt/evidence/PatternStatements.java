package dbopt.evidence;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/**
 * The statements with a pattern that the observations hold.
 *
 * @param texts of all those that were seen at any time, in any order
 * @param observed how many statements of any kind were seen last
 * @param gaps why there may be others; empty if every statement of every node was seen
 */
public record PatternStatements(List<String> texts, int observed, List<String> gaps) {
    public PatternStatements {
        texts = List.copyOf(texts);
        gaps = List.copyOf(gaps);
    }

    /** The texts that name the table and one of the columns, whatever their case. */
    public List<String> on(String table, List<String> columns) {
        requireNonNull(table, "table is null");
        List<String> found = new ArrayList<>();
        for (String text : texts) {
            if (names(text, table) && columns.stream().anyMatch(column -> names(text, column))) {
                found.add(text);
            }
        }
        return found;
    }

    private static boolean names(String text, String name) {
        for (int from = 0; from + name.length() <= text.length(); from++) {
            if (text.regionMatches(true, from, name, 0, name.length())
                    && !isPart(text, from - 1)
                    && !isPart(text, from + name.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPart(String text, int position) {
        return position >= 0
                && position < text.length()
                && (Character.isLetterOrDigit(text.charAt(position)) || "_$".indexOf(text.charAt(position)) >= 0);
    }
}
