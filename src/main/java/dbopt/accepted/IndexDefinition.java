package dbopt.accepted;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a {@code CREATE INDEX} statement as PostgreSQL prints it. Names keep their quotes.
 *
 * @param table the table, qualified by its schema
 * @param method the statement from {@code USING} on: the access method and all that follows
 */
public record IndexDefinition(boolean unique, String name, String table, String method) {
    private static final String NAME = "(?:\"(?:[^\"]|\"\")++\"|[^\\s\".,;()]+)";
    private static final Pattern STATEMENT = Pattern.compile(
            "create\\s+(unique\\s+)?index\\s+(?:concurrently\\s+)?(?:if\\s+not\\s+exists\\s+)?(" + NAME
                    + ")\\s+on\\s+(?:only\\s+)?(" + NAME + "\\." + NAME + ")\\s+(using\\s+\\S.*?)\\s*;?",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    public IndexDefinition {
        requireNonNull(name, "name is null");
        requireNonNull(table, "table is null");
        requireNonNull(method, "method is null");
    }

    /** Returns the parts of the statement; empty if the text is not an index definition, or its table has no schema. */
    public static Optional<IndexDefinition> parse(String statement) {
        Matcher matcher = STATEMENT.matcher(statement.strip());
        return matcher.matches()
                ? Optional.of(new IndexDefinition(
                        matcher.group(1) != null, matcher.group(2), matcher.group(3), matcher.group(4)))
                : Optional.empty();
    }

    /**
     * Returns the parts of a statement that PostgreSQL printed.
     *
     * @throws IllegalArgumentException if the text is not an index definition
     */
    public static IndexDefinition of(String statement) {
        return parse(statement)
                .orElseThrow(() -> new IllegalArgumentException("not an index definition: " + statement));
    }

    /** The index's name, qualified by the schema of its table. */
    public String qualifiedName() {
        return schema() + "." + name;
    }

    /** The schema of the index and its table. */
    public String schema() {
        return table.substring(0, table.startsWith("\"") ? closingQuote(table) + 1 : table.indexOf('.'));
    }

    /** The definition without the index's name, which identifies a finding even after a rename. */
    public String withoutName() {
        return folded((unique ? "unique index on " : "index on ") + table + " " + method);
    }

    /** Lowers letters and reduces white space to single spaces outside quotes, where neither matters. */
    private static String folded(String text) {
        StringBuilder folded = new StringBuilder();
        char quote = 0;
        for (int position = 0; position < text.length(); position++) {
            char character = text.charAt(position);
            boolean within = quote != 0;
            if (within ? character == quote : character == '\'' || character == '"') {
                quote = within ? 0 : character;
            }
            boolean space = !within && Character.isWhitespace(character);
            if (!space) {
                folded.append(within ? character : Character.toLowerCase(character));
            } else if (!folded.isEmpty() && folded.charAt(folded.length() - 1) != ' ') {
                folded.append(' ');
            }
        }
        return folded.toString();
    }

    /**
     * Returns the statement that builds the index without blocking writes.
     *
     * @param predicate the text of the {@code WHERE} clause; empty for an index of all rows
     * @param tablespace the tablespace of the index; empty for the default
     */
    public String createConcurrently(Optional<String> predicate, Optional<String> tablespace) {
        return "CREATE " + (unique ? "UNIQUE " : "") + "INDEX CONCURRENTLY " + name + " ON " + table + " "
                + placed(predicate, tablespace);
    }

    /**
     * Returns the statement of {@link #createConcurrently} with its keywords in lower case, as the project's own scripts
     * have them.
     */
    public String createConcurrentlyInLowerCase(Optional<String> predicate, Optional<String> tablespace) {
        String placed = placed(predicate, tablespace).replaceFirst("^USING ", "using ");
        return ("create " + (unique ? "unique " : "") + "index concurrently ").toLowerCase(Locale.ROOT) + name + " on "
                + table + " " + placed;
    }

    private String placed(Optional<String> predicate, Optional<String> tablespace) {
        if (tablespace.isEmpty()) {
            return method;
        }
        String where = predicate.map(text -> " WHERE " + text).orElse("");
        if (!method.endsWith(where)) {
            throw new IllegalArgumentException("the definition does not end in its predicate: " + method);
        }
        return method.substring(0, method.length() - where.length()) + " TABLESPACE " + tablespace.get() + where;
    }

    private static int closingQuote(String text) {
        int position = text.indexOf('"', 1);
        while (position + 1 < text.length() && text.charAt(position + 1) == '"') {
            position = text.indexOf('"', position + 2);
        }
        return position;
    }
}
