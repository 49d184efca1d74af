package dbopt.commandline;

import dbopt.project.MigrationProject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that name the Flyway project; they are the same for every command. */
final class ProjectOptions {
    @Option(
            names = "--project",
            paramLabel = "DIR",
            description = "Folder of the Flyway project, whose own configuration is read. Default: this folder.")
    private Optional<Path> folder = Optional.empty();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            split = ",",
            description =
                    "Flyway configuration to read there, instead of what is found: a .conf, .toml, .properties, .yml or pom.xml.")
    private List<Path> configurations = List.of();

    @Option(
            names = "--locations",
            paramLabel = "LIST",
            description = "Where the scripts are, as in flyway.locations. Overrides the configuration.")
    private Optional<String> locations = Optional.empty();

    private MigrationProject found;

    /**
     * Returns the project that the options name, or else the one in the current folder. The first call prints where its
     * configuration comes from.
     */
    synchronized MigrationProject of(CommandContext context) {
        if (found == null) {
            boolean isNamed = folder.isPresent() || !configurations.isEmpty() || locations.isPresent();
            found = isNamed
                    ? MigrationProject.at(folder.orElse(Path.of("")), configurations, locations, context.environment())
                    : context.project();
            found.announcement(context.environment()).ifPresent(context.terminal()::progress);
        }
        return found;
    }
}
