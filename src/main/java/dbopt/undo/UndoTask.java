package dbopt.undo;

import static java.util.Objects.requireNonNull;

import dbopt.project.FlywaySession;
import dbopt.project.InterruptCallback;
import dbopt.project.MigrationProject;
import dbopt.project.RequiredRights;
import dbopt.project.ScriptLinter;
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
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** An undo as a command of this tool runs it: it waits for its turn, tells how it goes on, and can be interrupted. */
public final class UndoTask {
    private final MigrationProject project;
    private final DatabaseAddress address;
    private final Terminal terminal;
    private final String command;
    private final String applicationName;
    private final FluentConfiguration configuration;

    /**
     * @param command the command that undoes, for messages
     * @param oldest back to this version and including it; empty for the newest applied migration
     * @throws CommandFailure when the project's scripts cannot be read
     */
    public UndoTask(
            MigrationProject project,
            DatabaseAddress address,
            Terminal terminal,
            String command,
            Optional<MigrationVersion> oldest) {
        this.project = requireNonNull(project, "project is null");
        this.address = requireNonNull(address, "address is null");
        this.terminal = requireNonNull(terminal, "terminal is null");
        this.command = requireNonNull(command, "command is null");
        this.applicationName = command + " " + ProcessHandle.current().pid();
        this.configuration = project.flyway(address, applicationName);
        ScriptLinter.require(configuration);
        // Only the option counts: a FLYWAY_TARGET that holds deployments back must not make an undo go further.
        configuration.target(oldest.orElse(MigrationVersion.LATEST));
    }

    /**
     * What {@link #run} would do; changes nothing.
     *
     * @throws CommandFailure when it would refuse, with the reason
     */
    public UndoPlan plan() {
        requireRights(false);
        return inThisToolsWords(() -> Undo.of(configuration).plan());
    }

    /**
     * Undoes.
     *
     * @throws CommandFailure when it refuses, or fails on the way; the message says what is undone
     */
    public UndoResult run() {
        return run(plan -> {});
    }

    /**
     * As {@link #run()}, where the caller has a say once it is its turn: a migrate that it waited for may have applied more.
     *
     * @param judge throws an {@link UndoRefusedException} where what will be undone must not be
     */
    public UndoResult run(Consumer<UndoPlan> judge) {
        requireRights(true);
        return inThisToolsWords(() -> {
            InterruptCallback.addTo(configuration);
            try (LockWatch turn = LockWatch.start(address, applicationName, terminal);
                    UndoProgress progress = new UndoProgress(terminal, turn);
                    InterruptHandler ignored =
                            InterruptHandler.onInterruptWaking(() -> LockWatch.cancel(address, applicationName))) {
                return Undo.of(configuration).run(progress, judge);
            }
        });
    }

    private void requireRights(boolean writes) {
        try (Connection connection = address.connect("dbopt")) {
            FlywaySession.require(connection, address, command);
            if (writes) {
                WritableServer.require(connection, command);
            }
            RequiredRights.requireHistory(connection, configuration, project, command, writes);
            if (writes) {
                RequiredRights.requireOfMigrations(connection, project);
                return;
            }
            FlywayLock.holder(connection)
                    .ifPresent(holder -> terminal.progress(
                            "Another migrate or undo is at work (%s): what it still does is not in this plan."
                                    .formatted(holder)));
        } catch (SQLException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE, ServerError.of(e).text() + "\nNothing was changed.", e);
        }
    }

    /** The plugin speaks to users of Flyway; this tool's user types its own command. */
    private static <T> T inThisToolsWords(Supplier<T> work) {
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

    private static String words(FlywayException failure) {
        return failure.getMessage()
                .replaceAll("flyway undo -target=(\\S+)", "dbopt undo --target $1")
                .replace("flyway undo", "dbopt undo");
    }
}
