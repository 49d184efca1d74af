package dbopt.evidence;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/**
 * The observed statements that match a pattern, such as {@code LIKE}.
 *
 * @param texts the texts of all such statements that any observation has, in any order
 * @param observed how many statements of any kind the last observations have
 * @param gaps why there may be statements that were not observed; empty if every statement of every node was observed
 */
public record PatternStatements(List<String> texts, int observed, List<String> gaps) {
    public PatternStatements {
        texts = List.copyOf(texts);
        gaps = List.copyOf(gaps);
    }

    /** Returns the texts that name the table and one of the columns, in upper or lower case. */
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
