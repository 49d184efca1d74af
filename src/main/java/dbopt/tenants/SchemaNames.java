package dbopt.tenants;

import static java.util.stream.Collectors.joining;

import dbopt.terminal.TerminalText;
import java.util.List;
import java.util.Locale;

/** Names of schemas for people: a few of many. */
public final class SchemaNames {
    private static final int NAMED = 3;

    private SchemaNames() {}

    /** Such as "live, staging" and "a, b, c and 1,997 more". */
    public static String some(List<String> schemas) {
        // to name one more takes no more room than to count it
        int named = schemas.size() == NAMED + 1 ? NAMED + 1 : NAMED;
        String names = schemas.stream().limit(named).map(TerminalText::line).collect(joining(", "));
        return schemas.size() > named ? names + " and " + count(schemas.size() - named) + " more" : names;
    }

    /** @param all how many there are that it could be said of */
    static String counted(List<String> schemas, int all) {
        return (schemas.size() == all ? count(all) : count(schemas.size()) + " of " + count(all)) + " schemas: "
                + some(schemas);
    }

    static String count(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
