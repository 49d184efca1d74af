package dbopt.tenants;

import static java.util.stream.Collectors.joining;

import dbopt.terminal.TerminalText;
import java.util.List;
import java.util.Locale;

/** Writes lists of schemas for people, with only the first names of a long list. */
public final class SchemaNames {
    private static final int NAMED = 3;

    private SchemaNames() {}

    /** Returns the first names, such as "live, staging" or "a, b, c and 1,997 more". */
    public static String some(List<String> schemas) {
        // naming one more takes no more room than counting it
        int named = schemas.size() == NAMED + 1 ? NAMED + 1 : NAMED;
        String names = schemas.stream().limit(named).map(TerminalText::line).collect(joining(", "));
        return schemas.size() > named ? names + " and " + count(schemas.size() - named) + " more" : names;
    }

    /**
     * Returns the number of schemas with the first names.
     *
     * @param all the number of schemas in the group
     */
    static String counted(List<String> schemas, int all) {
        return (schemas.size() == all ? count(all) : count(schemas.size()) + " of " + count(all)) + " schemas: "
                + some(schemas);
    }

    static String count(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
