package dbopt.commandline;

import dbopt.embedded.EmbeddedServer;
import dbopt.files.BoundedFile;
import dbopt.files.FileProblem;
import dbopt.project.MigrationProject;
import dbopt.server.DatabaseAddress;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that name the database; they are the same for every command. */
public final class ConnectionOptions {
    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "Address: jdbc:postgresql://host/name or postgres://user:password@host/name. Default: FLYWAY_URL, else DATABASE_URL.")
    private Optional<String> url = Optional.empty();

    @Option(names = "--user", paramLabel = "NAME", description = "Role to connect as. Default: FLYWAY_USER.")
    private Optional<String> user = Optional.empty();

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "File whose first line is the password. Default: FLYWAY_PASSWORD.")
    private Optional<Path> passwordFile = Optional.empty();

    @Option(names = "--password", interactive = true, echo = false, description = "Ask for the password.")
    private char[] password;

    @Option(names = "--embedded", description = "Use the embedded PostgreSQL of this repository.")
    private boolean embedded;

    @Option(
            names = "--scale",
            paramLabel = "N",
            defaultValue = "0.02",
            description =
                    "How much sample data a new embedded PostgreSQL gets; 1 is the size of the audited database. Default: ${DEFAULT-VALUE}.")
    private double scale;

    @Mixin
    private ProjectOptions project = new ProjectOptions();

    /**
     * Returns the Flyway project to work on. For a project other than the tool's own, the first call prints where its
     * configuration comes from.
     *
     * @throws CommandFailure if the options name no project, or one that cannot be read
     */
    public MigrationProject project(CommandContext context) {
        return project.of(context);
    }

    /**
     * Opens the configured database, or else the embedded server if that is allowed.
     *
     * @param embeddedByDefault whether this command may fall back to the embedded server; the fallback is never used where
     *     {@code CI} is set, since a missing variable must not give a green deployment
     * @param announce receives the line that names the database, before any other step
     * @throws CommandFailure if no database is configured, or its configuration cannot be used
     */
    public Target open(CommandContext context, boolean embeddedByDefault, Consumer<String> announce) {
        Map<String, String> environment = context.environment();
        MigrationProject found = project(context);
        Optional<DatabaseAddress> address = address(environment, found.settings(), found.configurationFile());
        if (url.isPresent()
                && DatabaseAddress.parse(url.get(), "--url").password().isPresent()) {
            context.terminal()
                    .progress(
                            "WARNING: everyone on this machine can read the password in --url while this runs, and it may stay in the shell's history. Give it by FLYWAY_PASSWORD, --password-file or --password.");
        }
        if (address.isPresent()) {
            announce.accept("Database " + address.get().display());
            return Target.at(address.get());
        }
        boolean automated =
                value(environment, "CI").filter(text -> !text.equals("false")).isPresent();
        if (!embedded && (automated || !embeddedByDefault || found.isForeign())) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "No database configured. Nothing was done.\n"
                            + "Set FLYWAY_URL, FLYWAY_USER and FLYWAY_PASSWORD, or DATABASE_URL, or pass --url and --user;"
                            + " --embedded uses the embedded PostgreSQL of this repository.");
        }
        if (!(scale > 0) || Double.isInfinite(scale)) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    "--scale must be a number above 0, not " + scale + ".\nNothing was changed.");
        }
        String reason = embedded ? "" : " (no database is configured)";
        return Target.embedded(EmbeddedServer.start(
                context.sql(), scale, text -> announce.accept(text + reason), context.terminal()::progress));
    }

    /**
     * Returns the address of the database from the first of these sources that has one: the options, {@code FLYWAY_URL},
     * {@code DATABASE_URL}, the configuration of the project.
     *
     * @return empty if no database is configured, or the options ask for the embedded server
     * @throws CommandFailure if an address or a password file cannot be read
     */
    Optional<DatabaseAddress> address(Map<String, String> environment, Map<String, String> settings, String file) {
        if (embedded) {
            return Optional.empty();
        }
        Optional<String> flywayUser = user.or(() -> value(environment, "FLYWAY_USER"));
        Optional<String> flywayPassword = password().or(() -> value(environment, "FLYWAY_PASSWORD"));
        return url.map(text -> DatabaseAddress.parse(text, "--url").with(flywayUser, flywayPassword))
                .or(() -> value(environment, "FLYWAY_URL")
                        .map(text -> DatabaseAddress.parse(text, "FLYWAY_URL").with(flywayUser, flywayPassword)))
                .or(() -> value(environment, "DATABASE_URL")
                        .map(text -> DatabaseAddress.parse(text, "DATABASE_URL").with(user, password())))
                .or(() -> value(settings, "flyway.url").map(text -> DatabaseAddress.parse(text, file)
                        .with(value(settings, "flyway.user"), value(settings, "flyway.password"))
                        .with(flywayUser, flywayPassword)));
    }

    /**
     * Returns one of many addresses with the user and password given for all of them. A user in the address wins.
     *
     * @throws CommandFailure if a password file cannot be read
     */
    public DatabaseAddress signedIn(DatabaseAddress one, Map<String, String> environment) {
        return one.with(
                one.user().or(() -> user).or(() -> value(environment, "FLYWAY_USER")),
                password().or(() -> value(environment, "FLYWAY_PASSWORD")));
    }

    private Optional<String> password() {
        if (password != null) {
            return Optional.of(String.valueOf(password));
        }
        return passwordFile.map(ConnectionOptions::firstLine);
    }

    private static String firstLine(Path file) {
        try {
            String first = BoundedFile.lines(file).stream().findFirst().orElse("");
            if (first.isEmpty()) {
                throw noPassword(file, "its first line is empty", null);
            }
            return first.startsWith("\ufeff") ? first.substring(1) : first;
        } catch (IOException e) {
            throw noPassword(file, FileProblem.of(e), e);
        }
    }

    private static CommandFailure noPassword(Path file, String why, IOException cause) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "There is no password in " + file + ": " + why
                        + ".\nNothing was changed. The first line of the file is the password, and nothing else.",
                cause);
    }

    private static Optional<String> value(Map<String, String> values, String name) {
        return Optional.ofNullable(values.get(name)).filter(text -> !text.isBlank());
    }
}
