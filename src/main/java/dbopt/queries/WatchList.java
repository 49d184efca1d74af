package dbopt.queries;

import dbopt.bundled.BundledSql;
import dbopt.terminal.CommandFailure;
import java.util.ArrayList;
import java.util.List;

/** The queries of {@code db/queries}, in the order of their names. */
public final class WatchList {
    private static final String FOLDER = "db/queries";
    private static final String SQL = ".sql";

    private WatchList() {}

    /** Reads them all, or fails naming every file that cannot be understood. */
    public static List<WatchedQuery> of(BundledSql sql) {
        List<WatchedQuery> queries = new ArrayList<>();
        List<String> malformed = new ArrayList<>();
        for (String file : sql.sqlFiles(FOLDER)) {
            String name = file.substring(FOLDER.length() + 1, file.length() - SQL.length());
            try {
                queries.add(WatchedQuery.parse(name, sql.read(file)));
            } catch (MalformedQueryException e) {
                malformed.add("  " + e.getMessage());
            }
        }
        if (!malformed.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "These files hold no query that can be watched:\n" + String.join("\n", malformed)
                            + "\nNothing was run. Correct them; the other files there show the form.");
        }
        return queries;
    }
}
