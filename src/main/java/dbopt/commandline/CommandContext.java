package dbopt.commandline;

import static java.util.Objects.requireNonNull;

import dbopt.project.MigrationProject;
import dbopt.terminal.Terminal;
import java.util.Map;

/**
 * What surrounds a command: its environment variables, the project whose SQL it works with, and where it writes.
 */
public record CommandContext(Map<String, String> environment, MigrationProject project, Terminal terminal) {
    public CommandContext {
        environment = Map.copyOf(environment);
        requireNonNull(project, "project is null");
        requireNonNull(terminal, "terminal is null");
    }
}
