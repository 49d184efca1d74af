package dbopt.health;

import static java.util.Objects.requireNonNull;

import dbopt.bundled.BundledSql;
import dbopt.guard.GuardCall;
import dbopt.guard.GuardedDrop;
import dbopt.project.MigrationProject;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The SQL below {@code db/health}, with its include lines resolved: {@code -- include FILE} stands for the query in that
 * file; {@code -- include pg-index-health NAME} for that library's query, applied to every schema of the application;
 * {@code -- include what undo scripts build} for rows of script, index and definition from the user's project; and
 * {@code -- include what migrations drop} for rows of script, index, keeper and definition.
 */
final class Queries {
    private static final String CHECKS = "db/health";
    private static final Pattern INCLUDE_LIBRARY = Pattern.compile("(?m)^ *-- include pg-index-health ([a-z_]+)$");
    private static final String ONE_SCHEMA = ":schema_name_param::text";
    private static final String EVERY_SCHEMA =
            """
            any (array(
                select nspname from pg_catalog.pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'))""";

    private static final Pattern INCLUDE_BUILT = Pattern.compile("(?m)^ *-- include what undo scripts build$");

    private static final Pattern INCLUDE_DROPPED = Pattern.compile("(?m)^ *-- include what migrations drop$");

    private final BundledSql sql;
    private final MigrationProject project;

    /**
     * Creates the queries for one project.
     *
     * @param project the user's project, whose migrations and undo scripts are included
     */
    Queries(BundledSql sql, MigrationProject project) {
        this.sql = requireNonNull(sql, "sql is null");
        this.project = requireNonNull(project, "project is null");
    }

    /** Returns every check in the folder {@code db/health}; the checks are listed nowhere else. */
    List<Check> checks() {
        List<Check> checks = new ArrayList<>();
        List<String> malformed = new ArrayList<>();
        for (String file : sql.sqlFiles(CHECKS)) {
            try {
                checks.add(check(file));
            } catch (IllegalArgumentException e) {
                malformed.add(e.getMessage());
            }
        }
        if (!malformed.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "These files in " + CHECKS + " are not checks:\n" + TerminalText.some(malformed)
                            + "\nThe database was not contacted. Correct them; the other files there show the form.");
        }
        return checks;
    }

    private Check check(String file) {
        return Check.parse(file.substring(CHECKS.length() + 1, file.length() - ".sql".length()), read(file));
    }

    /** Returns the text of a query behind the report's tables. */
    String report(String name) {
        return read(CHECKS + "/report/" + name + ".sql");
    }

    /** The tool's own SQL, without the include lines of {@code db/health} resolved. */
    BundledSql sql() {
        return sql;
    }

    /** Returns the query that identifies the cluster and the database. */
    String cluster() {
        return sql.query("db/audit/cluster.sql");
    }

    private String read(String file) {
        String query = sql.query(file);
        query = INCLUDE_LIBRARY
                .matcher(query)
                .replaceAll(include -> Matcher.quoteReplacement(libraryQuery(include.group(1))));
        query = INCLUDE_BUILT.matcher(query).replaceAll(include -> Matcher.quoteReplacement(built()));
        return INCLUDE_DROPPED.matcher(query).replaceAll(include -> Matcher.quoteReplacement(dropped()));
    }

    /**
     * Reads a query of pg-index-health from the class path: the library's jar, or the copy in {@code dbopt.jar}. The
     * library's query is for one schema; the result is for every schema of the application.
     */
    private static String libraryQuery(String name) {
        String file = "sql/" + name + ".sql";
        try (InputStream resource = Queries.class.getClassLoader().getResourceAsStream(file)) {
            String query = new String(
                    requireNonNull(resource, "pg-index-health lacks " + file).readAllBytes(), StandardCharsets.UTF_8);
            return withoutSemicolon(query.replace(ONE_SCHEMA, EVERY_SCHEMA));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String built() {
        List<String> rows = new ArrayList<>();
        project.undoScripts().forEach((file, text) -> {
            for (GuardCall call : GuardCall.in(text, "assert_built")) {
                Optional<String> definition = call.argument("definition", 2);
                call.argument("index_name", 1)
                        .filter(index -> definition.isPresent())
                        .ifPresent(index -> rows.add("(" + literal(file) + ", " + literal(index) + ", "
                                + literal(definition.orElseThrow()) + ")"));
            }
        });
        return rows.isEmpty() ? "select '', '', '' where false" : "values " + String.join(",\n", rows);
    }

    private String dropped() {
        List<String> rows = new ArrayList<>();
        project.migrations().forEach((file, text) -> GuardedDrop.in(text)
                .ifPresent(drop -> rows.add("(" + literal(file) + ", " + literal(drop.index()) + ", "
                        + drop.basis().keeper().map(Queries::literal).orElse("null::text") + ", "
                        + literal(drop.definition()) + ")")));
        return rows.isEmpty() ? "select '', '', '', '' where false" : "values " + String.join(",\n", rows);
    }

    private static String literal(String text) {
        return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    private static String withoutSemicolon(String query) {
        return query.stripTrailing().replaceFirst(";$", "");
    }
}
