package dbopt.schemas;

import dbopt.server.DatabaseAddress;
import dbopt.server.Rows;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/**
 * The options that say on which schemas a command works. Without these options the command works as the project is
 * configured.
 */
public class SchemaOptions {
    /** The schemas of the database, without those of the server itself. */
    private static final String ALL =
            """
            select nspname from pg_catalog.pg_namespace
            where nspname !~ '^pg_' and nspname <> 'information_schema'
            order by nspname collate "C"
            """;

    @Option(
            names = "--schemas",
            paramLabel = "PATTERN",
            description =
                    "Work on each schema with this name, one after the other. * matches any characters, ? matches one. Several with commas between. Repeatable.")
    private List<String> patterns = List.of();

    @Option(
            names = "--schemas-query",
            paramLabel = "SQL",
            description = "Work on each schema that this query returns in its first column.")
    private Optional<String> query = Optional.empty();

    /** Whether the options name schemas to work on one by one. */
    public boolean isGiven() {
        return !patterns.isEmpty() || query.isPresent();
    }

    /** How many schemas to work on at once. */
    int parallel() {
        return 1;
    }

    /**
     * Refuses options that exclude or need each other.
     *
     * @throws CommandFailure naming the option to leave out or to add
     */
    public void require() {
        if (!patterns.isEmpty() && query.isPresent()) {
            throw refused("--schemas and --schemas-query both say which schemas are meant: leave out one.");
        }
    }

    /**
     * Returns the schemas that the options name, in the order of the work.
     *
     * @throws CommandFailure if no schema is named, a pattern matches none, or the query returns a name that is not a schema
     */
    public List<String> select(DatabaseAddress address) {
        try (Connection connection = address.connect("dbopt")) {
            List<String> all = Rows.all(connection, ALL, row -> row.getString(1));
            return query.isPresent() ? named(connection, query.get(), all) : matching(all);
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE, ServerError.of(e).text() + "\nNothing was changed.", e);
        }
    }

    private List<String> matching(List<String> all) {
        SchemaPatterns asked = SchemaPatterns.of(patterns);
        List<String> without = asked.withoutMatch(all);
        if (!without.isEmpty() || asked.patterns().isEmpty()) {
            throw refused(
                    """
                    No schema of this database matches:
                    %s
                    System schemas (pg_..., information_schema) are never included. * stands for any characters, ? for one; _ and %% stand for themselves."""
                            .formatted(TerminalText.some(
                                    without.stream().map(TerminalText::line).toList())));
        }
        return asked.among(all);
    }

    private static List<String> named(Connection connection, String query, List<String> all) {
        Set<String> named = new LinkedHashSet<>();
        try {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            named.addAll(Rows.all(connection, query, row -> row.getString(1)));
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "The query of --schemas-query fails: %s\nNothing was changed."
                            .formatted(ServerError.of(e).text()),
                    e);
        }
        if (named.isEmpty()) {
            throw refused("The query of --schemas-query returns no schema.");
        }
        List<String> unknown = new ArrayList<>();
        named.stream()
                .filter(name -> name == null || !all.contains(name))
                .forEach(name -> unknown.add(name == null ? "(null)" : TerminalText.line(name)));
        if (!unknown.isEmpty()) {
            throw refused(
                    """
                    The query of --schemas-query returns names that are not schemas of this database, or are system schemas:
                    %s
                    Change it to leave these out."""
                            .formatted(TerminalText.some(unknown)));
        }
        return List.copyOf(named);
    }

    static CommandFailure refused(String message) {
        return new CommandFailure(CommandFailure.Kind.USAGE, message + "\nNothing was changed.");
    }
}
