package dbopt.accepted;

import java.util.Locale;

/**
 * Tracks what a statement leaves open at the end of a line: a quote, a parenthesis, a {@code CASE}, or a {@code WHERE}
 * without its condition.
 */
final class OpenEnds {
    private char quote;
    private int depth;
    private String lastWord = "";

    /** Whether the next line continues a string literal or a quoted name. */
    boolean isInQuotes() {
        return quote != 0;
    }

    /** Whether the statement needs another line. */
    boolean isOpen() {
        return isInQuotes() || depth > 0 || lastWord.equals("where");
    }

    void read(String line) {
        StringBuilder word = new StringBuilder();
        for (int position = 0; position <= line.length(); position++) {
            char character = position < line.length() ? line.charAt(position) : '\n';
            if (isInQuotes()) {
                quote = character == quote ? 0 : quote;
            } else if (Character.isLetterOrDigit(character) || character == '_' || character == '$') {
                word.append(character);
            } else {
                end(word);
                depth += character == '(' ? 1 : character == ')' ? -1 : 0;
                quote = character == '\'' || character == '"' ? character : 0;
                lastWord = Character.isWhitespace(character) ? lastWord : "";
            }
        }
    }

    private void end(StringBuilder word) {
        if (!word.isEmpty()) {
            lastWord = word.toString().toLowerCase(Locale.ROOT);
            depth += lastWord.equals("case") ? 1 : lastWord.equals("end") ? -1 : 0;
            word.setLength(0);
        }
    }
}
