package dbopt.rehearse;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of a statement in which pg_stat_statements has put parameters for the values. */
final class TemplateText {
    private static final Pattern COMMENTS = Pattern.compile("(?s)\\A(?:\\s+|--[^\n]*\n|/\\*.*?\\*/|\\()+");
    private static final Set<String> PLANNED =
            Set.of("select", "insert", "update", "delete", "merge", "with", "values", "table");

    /** A type and its literal; where the literal is a parameter now, no server reads it. */
    private static final Pattern TYPED = Pattern.compile(
            "(?i)\\b(interval|date|(?:timestamp|time)(?: with(?:out)? time zone)?|timestamptz|timetz)\\s+(\\$[0-9]+)");

    private static final Pattern EXTRACT = Pattern.compile("(?i)\\bextract\\s*\\(\\s*(\\$[0-9]+)\\s+from\\s");

    private TemplateText() {}

    /** Whether there is a plan for it; a utility statement has none. */
    static boolean isPlanned(String text) {
        Matcher comments = COMMENTS.matcher(text);
        String statement = comments.lookingAt() ? text.substring(comments.end()) : text;
        Matcher word = Pattern.compile("[A-Za-z]+").matcher(statement);
        return word.lookingAt() && PLANNED.contains(word.group().toLowerCase(Locale.ROOT));
    }

    /** The same statement as a server reads it. */
    static String readable(String text) {
        String typed = TYPED.matcher(text).replaceAll("$2::$1");
        return EXTRACT.matcher(typed).replaceAll("pg_catalog.extract($1, ");
    }
}
