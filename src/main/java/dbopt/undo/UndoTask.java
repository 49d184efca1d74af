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

/** An undo as a command of this tool runs it: it waits for its turn, prints its progress, and can be interrupted. */
public final class UndoTask {
    private final MigrationProject project;
    private final DatabaseAddress address;
    private final Terminal terminal;
    private final String command;
    private final String where;
    private final String applicationName;
    private final FluentConfiguration configuration;

    /**
     * @param command the command that undoes, for messages
     * @param oldest back to this version and including it; empty for the newest applied migration. Only this counts: a
     *     FLYWAY_TARGET that holds deployments back must not make an undo go further.
     * @throws CommandFailure when the project's scripts cannot be read
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

    /** The same on one of many schemas; the server is known to be one that it can work on. */
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
     * Makes sure that an undo can work there, whatever the schema.
     *
     * @throws CommandFailure when it cannot
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
                        "Another migrate or undo is running (%s): what it still does is not in this plan."
                                .formatted(holder)));
    }

    /** The plugin speaks to users of Flyway; this tool's user types its own command. */
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
