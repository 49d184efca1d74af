package dbopt.guard;

import java.util.Optional;

/** Splits a script into tokens. Comments and white space are skipped. */
final class SqlTokens {
    /** The kind of a token. */
    enum Kind {
        /**
         * The content of a string as the server reads it, without its quotes: {@code 'a''b'}, {@code E'a\'b'},
         * {@code $$a'b$$}.
         */
        STRING,
        /** An identifier or key word in lower case, or a number. */
        WORD,
        QUOTED_IDENTIFIER,
        SYMBOL
    }

    /** @param text what the token means: the content of a string, the one character of a symbol */
    record Token(Kind kind, String text) {
        boolean is(Kind expected, String expectedText) {
            return kind == expected && text.equals(expectedText);
        }
    }

    private final String script;
    private int position;
    private int start;

    SqlTokens(String script) {
        this.script = script;
    }

    /** Returns the next token; empty at the end of the script, or if a literal or comment is not closed. */
    Optional<Token> next() {
        passOver();
        start = position;
        if (position >= script.length()) {
            return Optional.empty();
        }
        char first = script.charAt(position);
        if (first == '\'') {
            return quoted(position + 1, '\'', false).map(text -> new Token(Kind.STRING, text));
        }
        if (first == '"') {
            return quoted(position + 1, '"', false).map(text -> new Token(Kind.QUOTED_IDENTIFIER, text));
        }
        if ((first == 'e' || first == 'E') && at(position + 1) == '\'') {
            return quoted(position + 2, '\'', true).map(text -> new Token(Kind.STRING, text));
        }
        if (first == '$') {
            Optional<Token> dollars = dollarQuoted();
            if (dollars.isPresent()) {
                return dollars;
            }
        }
        if (isWordPart(first)) {
            int start = position;
            while (isWordPart(at(position)) || at(position) == '$') {
                position++;
            }
            return Optional.of(new Token(Kind.WORD, lowerCase(script.substring(start, position))));
        }
        position++;
        return Optional.of(new Token(Kind.SYMBOL, String.valueOf(first)));
    }

    /** The position in the script where the last token begins. Comments and white space stand before it. */
    int start() {
        return start;
    }

    /** The position in the script after the last token. */
    int end() {
        return position;
    }

    private void passOver() {
        while (position < script.length()) {
            if (Character.isWhitespace(script.charAt(position)) || script.charAt(position) == '\ufeff') {
                position++;
            } else if (script.startsWith("--", position)) {
                int end = script.indexOf('\n', position);
                position = end < 0 ? script.length() : end;
            } else if (script.startsWith("/*", position)) {
                passOverComment();
            } else {
                return;
            }
        }
    }

    /** Skips a comment between slashes and asterisks; such comments nest. */
    private void passOverComment() {
        int depth = 0;
        do {
            if (script.startsWith("/*", position)) {
                depth++;
                position += 2;
            } else if (script.startsWith("*/", position)) {
                depth--;
                position += 2;
            } else {
                position++;
            }
        } while (depth > 0 && position < script.length());
    }

    private Optional<String> quoted(int start, char quote, boolean escapes) {
        StringBuilder text = new StringBuilder();
        for (int at = start; at < script.length(); at++) {
            char character = script.charAt(at);
            if (escapes && character == '\\') {
                at = Escapes.read(script, at + 1, text);
            } else if (character != quote) {
                text.append(character);
            } else if (at(at + 1) == quote) {
                text.append(quote);
                at++;
            } else {
                position = at + 1;
                return Optional.of(text.toString());
            }
        }
        position = script.length();
        return Optional.empty();
    }

    private Optional<Token> dollarQuoted() {
        int tagEnd = position + 1;
        while (isWordPart(at(tagEnd))) {
            tagEnd++;
        }
        if (at(tagEnd) != '$' || Character.isDigit(at(position + 1))) {
            return Optional.empty();
        }
        String tag = script.substring(position, tagEnd + 1);
        int end = script.indexOf(tag, tagEnd + 1);
        if (end < 0) {
            position = script.length();
            return Optional.empty();
        }
        position = end + tag.length();
        return Optional.of(new Token(Kind.STRING, script.substring(tagEnd + 1, end)));
    }

    /** Returns the character at this position; after the end of the script a character that belongs to no token. */
    private char at(int index) {
        return index < script.length() ? script.charAt(index) : '\0';
    }

    private static boolean isWordPart(char character) {
        return character == '_'
                || Character.isLetterOrDigit(character)
                || (character > '\u007f' && character != '\ufeff');
    }

    /** Folds an identifier to lower case as the server does: ASCII letters only. */
    static String lowerCase(String identifier) {
        StringBuilder text = new StringBuilder(identifier.length());
        identifier
                .chars()
                .forEach(letter -> text.append((char) (letter >= 'A' && letter <= 'Z' ? letter + 32 : letter)));
        return text.toString();
    }
}
