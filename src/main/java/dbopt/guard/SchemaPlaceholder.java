package dbopt.guard;

import static java.util.Objects.requireNonNull;

import dbopt.guard.SqlTokens.Kind;
import dbopt.guard.SqlTokens.Token;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns a script for one schema into a script for any. A quoted placeholder replaces the schema's name; where a literal
 * contains the name, {@code format} inserts it, quoted as the server does. The script must name its schema only before a
 * dot.
 *
 * @param schema the schema of the script, named as in the catalog
 * @param placeholder the placeholder with its brackets, such as <code>${flyway:defaultSchema}</code>
 */
public record SchemaPlaceholder(String schema, String placeholder) {
    private static final String NAME = "%1$I";

    /** Arguments whose text was written by a person and is not SQL. */
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
     * Returns the script for any schema.
     *
     * @throws IllegalArgumentException if the script names the schema where a placeholder cannot stand
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
            // the name of an argument stays current until its text: comment => 'text'
            word = token.kind() == Kind.SYMBOL && "=>".contains(token.text()) ? word : token.text();
            // only the guard's calls, which begin with select, hold SQL in literals; those of other statements are data
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

    /** Returns the format string from which {@code format} makes the content for any schema. */
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

    /** Returns the text that {@code format} returns in the database, for a schema or a placeholder. */
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
