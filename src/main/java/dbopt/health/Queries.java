package dbopt.health;

import static java.util.Objects.requireNonNull;

import dbopt.database.MigrationProject;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The SQL below {@code db/health}; a line {@code -- include FILE} stands for the query in that file. */
final class Queries {
    private static final String CHECKS = "db/health";
    private static final Pattern INCLUDE = Pattern.compile("(?m)^ *-- include (db/[a-z_/]+\\.sql)$");

    private final MigrationProject project;

    Queries(MigrationProject project) {
        this.project = requireNonNull(project, "project is null");
    }

    /** Every check there is; nothing lists them but their folder. */
    List<Check> checks() {
        return project.sqlFiles(CHECKS).stream().map(this::check).toList();
    }

    private Check check(String file) {
        return Check.parse(file.substring(CHECKS.length() + 1, file.length() - ".sql".length()), read(file));
    }

    /** One of the queries behind the report's tables. */
    String report(String name) {
        return read(CHECKS + "/report/" + name + ".sql");
    }

    private String read(String file) {
        return INCLUDE.matcher(project.read(file))
                .replaceAll(include -> Matcher.quoteReplacement(withoutSemicolon(project.read(include.group(1)))));
    }

    private static String withoutSemicolon(String query) {
        return query.stripTrailing().replaceFirst(";$", "");
    }
}
