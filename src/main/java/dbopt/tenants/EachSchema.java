package dbopt.tenants;

import dbopt.guard.SqlText;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One text for what is said of, or done in, each of several schemas: the schema's own name is left open. */
public final class EachSchema {
    /** Stands for the schema, as {@code format} of SQL reads it. */
    private static final String OPEN = "%1$I.";

    private static final int FEW = 20;

    private EachSchema() {}

    /**
     * The statement with the schema left open, as {@code format} of SQL takes it. Literals and other names that contain the
     * schema's are left as they are.
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
     * A query whose rows are the statements, one for each of these schemas. It ends in {@code \gexec}, with which psql runs
     * them.
     *
     * @param template of the statement
     * @param all the schemas of the database
     */
    public static String query(String template, List<String> schemas, Set<String> all) {
        return "select pg_catalog.format(" + literal(template) + ", nspname) from pg_catalog.pg_namespace where "
                + condition(schemas, all) + " order by nspname \\gexec";
    }

    /** What is true of these schemas, and of no other one that there is. */
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

    /** With which all of them begin; it ends in no half of a character. */
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
