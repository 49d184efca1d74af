package dbopt.project;

import dbopt.history.HistoryComparison;
import dbopt.history.MigrationMatch;
import dbopt.history.MigrationMatch.Verdict;
import dbopt.server.ServerError;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Checks whether a database belongs to the project: by its schema history, or by its tables if the history does not show it. */
public final class HistoryOwnership {
    /** The project's own check of a database without a schema history. */
    private static final String OF_THE_TABLES = "db/callback/beforeBaseline.sql";

    private static final int MOST_ROWS = 10;

    private HistoryOwnership() {}

    /**
     * Checks that these migrations continue those that were applied. Changes nothing.
     *
     * @return the comparison with the schema history; empty if there is no history
     * @throws CommandFailure if the database belongs to another project, or a migration was edited after it was applied,
     *     with a list of the differences
     */
    public static Optional<HistoryComparison> require(
            Connection connection, FluentConfiguration configuration, MigrationProject project) throws SQLException {
        HistoryTable history = HistoryTable.of(connection, configuration);
        Optional<HistoryComparison> comparison = history.exists(connection)
                ? Optional.of(HistoryComparison.of(
                        configuration, configuration.load().info().all()))
                : Optional.empty();
        comparison.flatMap(found -> problem(found, project)).ifPresent(problem -> {
            throw new CommandFailure(CommandFailure.Kind.FAILED, problem);
        });
        boolean shown = comparison
                .filter(found -> found.rows().stream().anyMatch(row -> row.verdict() == Verdict.SAME))
                .isPresent();
        if (!shown && project.has(OF_THE_TABLES) && history.hasCompany(connection)) {
            requireTables(connection, project);
        }
        return comparison;
    }

    private static void requireTables(Connection connection, MigrationProject project) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(project.read(OF_THE_TABLES));
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.FAILED, ServerError.of(e).text(), e);
        }
    }

    private static String some(List<String> found) {
        List<String> lines = new ArrayList<>(found.subList(0, Math.min(found.size(), MOST_ROWS)));
        if (found.size() > MOST_ROWS) {
            lines.add("and " + (found.size() - MOST_ROWS) + " more");
        }
        return TerminalText.some(lines);
    }

    /** Returns the message that says why these migrations must not be applied; empty if they may be. */
    static Optional<String> problem(HistoryComparison comparison, MigrationProject project) {
        if (comparison.belongsToAnotherProject()) {
            return Optional.of(ofAnotherProject(comparison, project));
        }
        return comparison.differences().isEmpty() ? Optional.empty() : Optional.of(edited(comparison));
    }

    private static String ofAnotherProject(HistoryComparison comparison, MigrationProject project) {
        List<String> found = comparison.rows().stream()
                .filter(row -> row.verdict() == Verdict.ANOTHER || row.verdict() == Verdict.ABSENT)
                .map(MigrationMatch::difference)
                .toList();
        return """
                This schema history belongs to another project%s. Nothing was changed.
                %s
                The migrations here are those of %s.
                Check the address of the database. To work on that project, name its folder: --project DIR."""
                .formatted(
                        comparison.hasCommon() ? ", or to another version of this one" : "",
                        some(found),
                        project.root().map(Object::toString).orElse("the jar of dbopt"));
    }

    private static String edited(HistoryComparison comparison) {
        List<MigrationMatch> differences = comparison.differences();
        List<String> lines = new ArrayList<>();
        lines.add(
                differences.size() == 1
                        ? "A migration differs from what was applied. Nothing was changed."
                        : differences.size() + " migrations differ from what was applied. Nothing was changed.");
        lines.add(TerminalText.some(
                differences.stream().map(MigrationMatch::difference).toList()));
        lines.add("Restore the files from version control, and make the change in a new migration.");
        if (comparison.rows().stream().anyMatch(row -> row.verdict() == Verdict.SAME)) {
            lines.add(
                    "If the database is already as the files say now (only a comment was changed, for example), flyway repair records them as they are.");
        } else {
            lines.add("Or is this another project's database? Check the address.");
        }
        return String.join("\n", lines);
    }
}
