package dbopt.undo;

import static java.util.Objects.requireNonNull;

import dbopt.project.FlywaySession;
import dbopt.project.InterruptCallback;
import dbopt.project.MigrationProject;
import dbopt.project.RequiredRights;
import dbopt.project.ScriptLinter;
import dbopt.schemas.OneSchema;
import dbopt.server.DatabaseAddress;
import dbopt.server.FlywayLock;
import dbopt.server.LockWatch;
import dbopt.server.ServerError;
import dbopt.server.WritableServer;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.InterruptHandler;
import dbopt.terminal.Terminal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** An undo as a command of dbopt: it waits for the lock, prints its progress, and can be interrupted. */
public final class UndoTask {
    private final MigrationProject project;
    private final DatabaseAddress address;
    private final Terminal terminal;
    private final String command;
    private final String where;
    private final String applicationName;
    private final FluentConfiguration configuration;

    /**
     * Prepares an undo.
     *
     * @param command the command that undoes, for messages
     * @param oldest the oldest version to undo; empty to undo only the newest applied migration. The setting FLYWAY_TARGET is
     *     not used: a value that holds deployments back must not make an undo go further.
     * @throws CommandFailure if the project's scripts cannot be read
     */
    public UndoTask(
            MigrationProject project,
            DatabaseAddress address,
            Terminal terminal,
            String command,
            Optional<MigrationVersion> oldest) {
        this(
                project,
                address,
                terminal,
                command,
                "",
                application(command),
                project.flyway(address, application(command)));
        ScriptLinter.require(configuration);
        configuration.target(oldest.orElse(MigrationVersion.LATEST));
    }

    private UndoTask(
            MigrationProject project,
            DatabaseAddress address,
            Terminal terminal,
            String command,
            String where,
            String applicationName,
            FluentConfiguration configuration) {
        this.project = requireNonNull(project, "project is null");
        this.address = requireNonNull(address, "address is null");
        this.terminal = requireNonNull(terminal, "terminal is null");
        this.command = requireNonNull(command, "command is null");
        this.where = requireNonNull(where, "where is null");
        this.applicationName = requireNonNull(applicationName, "applicationName is null");
        this.configuration = requireNonNull(configuration, "configuration is null");
    }

    /** Prepares the undo of one of many schemas, on a server that was checked before. */
    static UndoTask on(
            OneSchema one,
            MigrationProject project,
            DatabaseAddress address,
            Terminal terminal,
            String command,
            MigrationVersion oldest) {
        UndoTask task = new UndoTask(
                project, address, terminal, command, one.where(), one.applicationName(), one.configuration());
        task.configuration.target(oldest);
        return task;
    }

    private static String application(String command) {
        return command + " " + ProcessHandle.current().pid();
    }

    /**
     * Returns what {@link #run} would do, and changes nothing.
     *
     * @throws CommandFailure if the undo would be refused, with the reason
     */
    public UndoPlan plan() {
        requireRights(false);
        return inThisToolsWords(() -> Undo.of(configuration).plan());
    }

    /**
     * Runs the undo.
     *
     * @throws CommandFailure if the undo is refused, or fails after it began; the message says what was undone
     */
    public UndoResult run() {
        return run(plan -> {});
    }

    /**
     * Runs the undo as {@link #run()} does, unless {@code judge} refuses the plan. The plan is judged under the lock too, since
     * a migrate that held the lock before may have applied more.
     *
     * @param judge throws an {@link UndoRefusedException} if a migration of the plan must not be undone
     */
    public UndoResult run(Consumer<UndoPlan> judge) {
        requireRights(true);
        return inThisToolsWords(() -> {
            InterruptCallback.addTo(configuration);
            try (LockWatch turn = LockWatch.start(address, applicationName, terminal);
                    UndoProgress progress = new UndoProgress(terminal, turn, where.isEmpty());
                    InterruptHandler ignored =
                            InterruptHandler.onInterruptWaking(() -> LockWatch.cancel(address, applicationName))) {
                return Undo.of(configuration).run(progress, judge);
            }
        });
    }

    private void requireRights(boolean writes) {
        try (Connection connection = address.connect("dbopt")) {
            if (where.isEmpty()) {
                requireServer(connection, address, command, writes);
            }
            RequiredRights.requireHistory(connection, configuration, project, command, writes);
            if (writes) {
                RequiredRights.requireOfMigrations(connection, project);
            } else if (where.isEmpty()) {
                tellOfAnother(connection, terminal);
            }
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE, ServerError.of(e).text() + "\nNothing was changed.", e);
        }
    }

    /**
     * Makes sure that an undo can work on the server, whatever the schema.
     *
     * @throws CommandFailure if the undo cannot work there
     */
    static void requireServer(DatabaseAddress address, Terminal terminal, String command, boolean writes) {
        try (Connection connection = address.connect("dbopt")) {
            requireServer(connection, address, command, writes);
            if (!writes) {
                tellOfAnother(connection, terminal);
            }
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE, ServerError.of(e).text() + "\nNothing was changed.", e);
        }
    }

    private static void requireServer(Connection connection, DatabaseAddress address, String command, boolean writes)
            throws SQLException {
        FlywaySession.require(connection, address, command);
        if (writes) {
            WritableServer.require(connection, command);
        }
    }

    private static void tellOfAnother(Connection connection, Terminal terminal) throws SQLException {
        FlywayLock.holder(connection)
                .ifPresent(holder -> terminal.progress(
                        "Another migrate or undo is running (%s): changes that it has yet to make are not in this plan."
                                .formatted(holder)));
    }

    /**
     * Runs the work, and rewords its failures: the plugin's messages name Flyway's command, and a user of dbopt needs dbopt's.
     */
    private <T> T inThisToolsWords(Supplier<T> work) {
        try {
            return work.get();
        } catch (UndoFailedException e) {
            throw new CommandFailure(kind(e), words(e), e);
        } catch (FlywayException e) {
            throw new CommandFailure(
                    kind(e), ServerError.among(e).map(ServerError::text).orElseGet(() -> words(e)), e);
        }
    }

    private static CommandFailure.Kind kind(FlywayException failure) {
        return ServerError.among(failure).filter(ServerError::lacksRight).isPresent()
                ? CommandFailure.Kind.UNREACHABLE
                : CommandFailure.Kind.FAILED;
    }

    private String words(FlywayException failure) {
        return failure.getMessage()
                .replaceAll("flyway undo -target=(\\S+)", "dbopt undo --target $1" + Matcher.quoteReplacement(where))
                .replace("flyway undo", "dbopt undo" + where);
    }
}
