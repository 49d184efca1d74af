package dbopt.guard;

/** Text as a script has it. */
public final class SqlText {
    private SqlText() {}

    /** The text as a literal. */
    public static String literal(String text) {
        String quoted = "'" + text.replace("'", "''") + "'";
        return text.contains("\\") ? "E" + quoted.replace("\\", "\\\\") : quoted;
    }

    /** The text as an identifier, quoted where SQL needs it. Key words are not recognised. */
    public static String identifier(String name) {
        return name.matches("[a-z_][a-z0-9_]*") ? name : "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** The text as part of a comment, which it cannot end. */
    public static String comment(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }
}
