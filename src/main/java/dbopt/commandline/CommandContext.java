package dbopt.commandline;

import static java.util.Objects.requireNonNull;

import dbopt.bundled.BundledSql;
import dbopt.project.MigrationProject;
import dbopt.terminal.Terminal;
import java.util.Map;

/**
 * What surrounds a command: its environment variables, the user's Flyway project, the tool's own SQL, and where it writes.
 */
public record CommandContext(
        Map<String, String> environment, MigrationProject project, BundledSql sql, Terminal terminal) {
    public CommandContext {
        environment = Map.copyOf(environment);
        requireNonNull(project, "project is null");
        requireNonNull(sql, "sql is null");
        requireNonNull(terminal, "terminal is null");
    }
}
