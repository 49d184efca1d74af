package dbopt.effects;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Finds names in the texts of statements. */
final class Words {
    private Words() {}

    /** Whether the text contains the name as a whole word. */
    static boolean names(String text, String name) {
        return namesAny(text, List.of(name));
    }

    /** Whether the text contains one of the names as a whole word. */
    static boolean namesAny(String text, Collection<String> names) {
        String searched = text.toLowerCase(Locale.ROOT);
        return names.stream().anyMatch(name -> has(searched, name.toLowerCase(Locale.ROOT)));
    }

    private static boolean has(String searched, String word) {
        for (int at = searched.indexOf(word); at >= 0; at = searched.indexOf(word, at + 1)) {
            if (!isPart(searched, at - 1) && !isPart(searched, at + word.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPart(String text, int at) {
        return at >= 0
                && at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_' || text.charAt(at) == '$');
    }
}
