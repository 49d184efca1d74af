package dbopt.queries;

import dbopt.bundled.BundledSql;
import dbopt.project.MigrationProject;
import dbopt.terminal.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the queries of {@code db/queries}, sorted by name. */
public final class WatchList {
    private static final String FOLDER = "db/queries";
    private static final String SQL = ".sql";

    private WatchList() {}

    /**
     * Reads the queries of the project; for the tool's own project, those of the audited application. Fails with the list of
     * all files that cannot be parsed.
     */
    public static List<WatchedQuery> of(BundledSql tool, MigrationProject project) {
        return of(project.isForeign() ? project.root().map(WatchList::own).orElse(tool) : tool);
    }

    private static BundledSql own(Path root) {
        if (!Files.isDirectory(root.resolve(FOLDER))) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    """
                    This project has no queries to watch: there is no folder %s.
                    Nothing was run. Write each of the application's queries that matter into a file of its own there, NAME.sql: its first lines are comments, what it asks, -- Serves: what it is for, -- Typical: the values and -- Writes: no, then the query."""
                            .formatted(root.resolve(FOLDER)));
        }
        return BundledSql.in(root);
    }

    /** Reads the queries of {@code db/queries} in this folder. Fails like {@link #of(BundledSql, MigrationProject)}. */
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
