package dbopt.fleet;

import static java.util.stream.Collectors.joining;

import dbopt.commandline.CommandContext;
import dbopt.commandline.ConnectionOptions;
import dbopt.terminal.CommandFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of a command that can work on many databases. */
public final class FleetOptions {
    private static final int MOST = 64;

    private static final List<String> OF_ONE_CONNECTION = List.of("--url", "--embedded", "--scale");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--databases",
            paramLabel = "FILE",
            description =
                    "Ask each database of this file: a name and an address without a password on each line. Passwords come from DBOPT_PASSWORD_NAME, FLYWAY_PASSWORD or a .pgpass file.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "4",
            description = "With --databases: how many to ask at the same time. Default: ${DEFAULT-VALUE}.")
    private int parallel;

    /**
     * Returns the databases to ask; empty if the command is for one database.
     *
     * @param ofOne the command's options that make sense for one database only
     * @throws CommandFailure if the file cannot be used, or options exclude each other
     */
    public Optional<Fleet> fleet(CommandContext context, ConnectionOptions connection, List<String> ofOne) {
        if (file.isEmpty()) {
            if (isGiven("--parallel")) {
                throw refused(
                        "--parallel says how many of --databases are asked at the same time: add --databases FILE.");
            }
            return Optional.empty();
        }
        requireFitting(ofOne);
        if (parallel < 1 || parallel > MOST) {
            throw refused("--parallel must be a whole number from 1 to %d, not %d.".formatted(MOST, parallel));
        }
        connection.project(context); // prints where the configuration is before a database is asked
        return Optional.of(new Fleet(
                FleetFile.read(file.get()).stream()
                        .map(database -> signedIn(database, connection, context.environment()))
                        .toList(),
                parallel,
                context.terminal()));
    }

    /** Whether {@code --databases} or {@code --parallel} is given. */
    public boolean isGiven() {
        return file.isPresent() || isGiven("--parallel");
    }

    private void requireFitting(List<String> ofOne) {
        List<String> given = Stream.concat(OF_ONE_CONNECTION.stream(), ofOne.stream())
                .filter(this::isGiven)
                .toList();
        if (!given.isEmpty()) {
            throw refused("%s %s for one database, and --databases names many: leave out one or the other."
                    .formatted(given.stream().collect(joining(", ")), given.size() == 1 ? "is" : "are"));
        }
    }

    private boolean isGiven(String option) {
        return command.commandLine().getParseResult().hasMatchedOption(option);
    }

    private static CommandFailure refused(String why) {
        return new CommandFailure(CommandFailure.Kind.USAGE, why + "\nNothing was done.");
    }

    /** Adds the user and the password. Variables for this database override the values for all databases. */
    private static FleetDatabase signedIn(
            FleetDatabase database, ConnectionOptions connection, Map<String, String> environment) {
        return new FleetDatabase(
                database.name(),
                connection
                        .signedIn(database.address(), environment)
                        .with(
                                value(environment, "DBOPT_USER_" + database.variable()),
                                value(environment, "DBOPT_PASSWORD_" + database.variable())));
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
    }
}
