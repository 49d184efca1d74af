package dbopt.guard;

import static java.util.Objects.requireNonNull;

import dbopt.guard.SqlTokens.Kind;
import dbopt.guard.SqlTokens.Token;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes of a script for one schema a script for any: where it names that schema, a placeholder stands, in quotes; and where
 * text of the script holds a name, {@code format} puts it in as the server quotes it. The script names its schema before a
 * dot, and nowhere else.
 *
 * @param schema that the script is for, as the catalog has its name
 * @param placeholder with its brackets, such as <code>${flyway:defaultSchema}</code>
 */
public record SchemaPlaceholder(String schema, String placeholder) {
    private static final String NAME = "%1$I";

    /** Of these the text is what a person wrote, and no SQL. */
    private static final Set<String> PROSE = Set.of("comment", "because");

    private static final String PINNED =
            """

            -- Names are quoted where SQL needs it, as definitions are printed.
            set quote_all_identifiers = off;

            """;
    private static final String UNPINNED = "\nreset quote_all_identifiers;\n";

    public SchemaPlaceholder {
        requireNonNull(schema, "schema is null");
        requireNonNull(placeholder, "placeholder is null");
    }

    /**
     * The script for any schema.
     *
     * @throws IllegalArgumentException where it names the schema in a way that no placeholder can stand for
     */
    public String of(String script) {
        StringBuilder text = new StringBuilder();
        SqlTokens tokens = new SqlTokens(script);
        String word = "";
        int copied = 0;
        boolean isFirst = true;
        boolean begins = true;
        boolean calls = false;
        for (Optional<Token> next = tokens.next(); next.isPresent(); next = tokens.next()) {
            text.append(comment(script.substring(copied, tokens.start())));
            if (isFirst) {
                text.append(PINNED);
                isFirst = false;
            }
            Token token = next.get();
            String own = script.substring(tokens.start(), tokens.end());
            if (isSchema(token, script, tokens.end())) {
                text.append('"').append(placeholder).append('"');
            } else if (token.kind() == Kind.STRING) {
                text.append(calls && !PROSE.contains(word) ? literal(token.text(), own) : block(token.text(), own));
            } else {
                text.append(own);
            }
            // of "comment => 'text'"
            word = token.kind() == Kind.SYMBOL && "=>".contains(token.text()) ? word : token.text();
            // what a statement other than the guard's calls holds as text is data
            calls = begins ? token.is(Kind.WORD, "select") : calls;
            begins = token.is(Kind.SYMBOL, ";");
            copied = tokens.end();
        }
        return text.append(comment(script.substring(copied)).stripTrailing())
                .append('\n')
                .append(UNPINNED)
                .toString();
    }

    private String literal(String content, String own) {
        String formatted = format(content);
        if (formatted.equals(content.replace("%", "%%"))) {
            return own;
        }
        return "pg_catalog.format(%s, '%s')".formatted(SqlText.literal(formatted), placeholder);
    }

    private String block(String content, String own) {
        if (own.startsWith("$") && !format(content).equals(content.replace("%", "%%"))) {
            throw new IllegalArgumentException("a block of statements names the schema " + schema);
        }
        return own;
    }

    /** What {@code format} makes the content of, for whichever schema. */
    private String format(String content) {
        StringBuilder text = new StringBuilder();
        SqlTokens tokens = new SqlTokens(content);
        int copied = 0;
        for (Optional<Token> next = tokens.next(); next.isPresent(); next = tokens.next()) {
            text.append(content.substring(copied, tokens.start()).replace("%", "%%"));
            text.append(
                    isSchema(next.get(), content, tokens.end())
                            ? NAME
                            : content.substring(tokens.start(), tokens.end()).replace("%", "%%"));
            copied = tokens.end();
        }
        return text.append(content.substring(copied).replace("%", "%%")).toString();
    }

    private boolean isSchema(Token token, String script, int end) {
        boolean isName = token.kind() == Kind.WORD || token.kind() == Kind.QUOTED_IDENTIFIER;
        return isName && token.text().equals(schema) && script.startsWith(".", end);
    }

    private String comment(String text) {
        return text.replaceAll(
                "(?<![\\p{L}\\p{N}_\".])" + Pattern.quote(SqlText.identifier(schema)) + "\\.",
                Matcher.quoteReplacement(placeholder + "."));
    }

    /** Does for a text with the placeholder what {@code format} does in the database. */
    static String formatted(String format, String schema) {
        String name = SqlText.identifier(schema);
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < format.length(); at++) {
            if (format.startsWith("%%", at)) {
                text.append('%');
                at++;
            } else if (format.startsWith(NAME, at)) {
                text.append(name);
                at += NAME.length() - 1;
            } else {
                text.append(format.charAt(at));
            }
        }
        return text.toString();
    }
}
