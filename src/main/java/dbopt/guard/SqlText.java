package dbopt.guard;

/** Writes text into a script. */
public final class SqlText {
    private SqlText() {}

    /** Quotes the text as a string literal. */
    public static String literal(String text) {
        String quoted = "'" + text.replace("'", "''") + "'";
        return text.contains("\\") ? "E" + quoted.replace("\\", "\\\\") : quoted;
    }

    /** Returns the name as an SQL identifier, quoted where SQL needs it. Key words are not recognised. */
    public static String identifier(String name) {
        return name.matches("[a-z_][a-z0-9_]*") ? name : "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** Returns the text for a comment, without the line breaks that would end it. */
    public static String comment(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }
}
