package dbopt.tenants;

import dbopt.guard.SqlText;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Writes one statement for several schemas, in which the schema's name is left open. */
public final class EachSchema {
    /** The place of the schema in a template, as the SQL function {@code format} reads it. */
    private static final String OPEN = "%1$I.";

    private static final int FEW = 20;

    private EachSchema() {}

    /**
     * Returns the statement as a template for the SQL function {@code format}, with the schema's name left open. Literals
     * stay as they are, and so do other names that contain the schema's name.
     */
    public static String template(String statement, String schema) {
        String quoted = "\"" + schema.replace("\"", "\"\"") + "\"";
        String own =
                Pattern.quote(quoted) + (schema.matches("[a-z_][a-z0-9_$]*") ? "|" + schema.replace("$", "\\$") : "");
        Matcher matcher = Pattern.compile("(?<![\\w$.\"])(?:" + own + ")\\.|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|%")
                .matcher(statement);
        return matcher.replaceAll(found -> {
            String text = found.group();
            boolean isOther = text.startsWith("'") || (text.startsWith("\"") && !text.endsWith("."));
            return Matcher.quoteReplacement(isOther ? text.replace("%", "%%") : text.equals("%") ? "%%" : OPEN);
        });
    }

    /**
     * Returns a query whose rows are the statements, one for each of these schemas. The query ends in {@code \gexec}, with
     * which psql runs the statements.
     *
     * @param template the template of the statement
     * @param all all schemas of the database
     */
    public static String query(String template, List<String> schemas, Set<String> all) {
        return "select pg_catalog.format(" + literal(template) + ", nspname) from pg_catalog.pg_namespace where "
                + condition(schemas, all) + " order by nspname \\gexec";
    }

    /** Returns a condition that is true for these schemas, and for no other schema of the database. */
    static String condition(List<String> schemas, Set<String> all) {
        String prefix = prefix(schemas);
        Set<String> others = new TreeSet<>();
        all.stream().filter(schema -> schema.startsWith(prefix)).forEach(others::add);
        schemas.forEach(others::remove);
        if (schemas.size() <= FEW || prefix.isEmpty() || others.size() > FEW) {
            return "nspname = any (" + array(schemas.stream()) + ")";
        }
        return "pg_catalog.starts_with(nspname, " + literal(prefix) + ")"
                + (others.isEmpty() ? "" : " and nspname <> all (" + array(others.stream()) + ")");
    }

    /** Returns the longest prefix that all names have in common, without half of a character at the end. */
    private static String prefix(List<String> schemas) {
        String prefix = schemas.get(0);
        for (String schema : schemas) {
            while (!schema.startsWith(prefix)) {
                prefix = prefix.substring(0, prefix.length() - 1);
            }
        }
        boolean isHalf = !prefix.isEmpty() && Character.isHighSurrogate(prefix.charAt(prefix.length() - 1));
        return isHalf ? prefix.substring(0, prefix.length() - 1) : prefix;
    }

    private static String array(Stream<String> names) {
        return "array[" + String.join(", ", names.map(EachSchema::literal).toList()) + "]";
    }

    private static String literal(String text) {
        return SqlText.literal(text);
    }
}
