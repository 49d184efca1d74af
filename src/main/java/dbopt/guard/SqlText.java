package dbopt.guard;

/** Text as a script has it. */
public final class SqlText {
    private SqlText() {}

    /** As a literal. */
    public static String literal(String text) {
        String quoted = "'" + text.replace("'", "''") + "'";
        return text.contains("\\") ? "E" + quoted.replace("\\", "\\\\") : quoted;
    }

    /** As a name, in quotes where SQL needs them; of one that is not a key word. */
    public static String identifier(String name) {
        return name.matches("[a-z_][a-z0-9_]*") ? name : "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** As part of a comment, which it must not end. */
    public static String comment(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }
}
