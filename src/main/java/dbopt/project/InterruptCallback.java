package dbopt.project;

import dbopt.terminal.InterruptHandler;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Stops Flyway after an interrupt, before the next script or the next statement of a script. */
public final class InterruptCallback implements Callback {
    private static final Set<Event> SCRIPTS = Set.of(Event.BEFORE_EACH_MIGRATE, Event.BEFORE_EACH_UNDO);
    private static final Set<Event> STATEMENTS =
            Set.of(Event.BEFORE_EACH_MIGRATE_STATEMENT, Event.BEFORE_EACH_UNDO_STATEMENT);

    /** The exception that stops Flyway. Its message says where the user interrupted the run. */
    public static final class InterruptedRunException extends FlywayException {
        InterruptedRunException(String message) {
            super(message);
        }
    }

    private InterruptCallback() {}

    /**
     * Throws an exception if the user has interrupted the command.
     *
     * @param before the next step, for the message
     */
    public static void requireNone(String before) {
        if (InterruptHandler.interrupted()) {
            throw new InterruptedRunException("You interrupted the command before " + before + ".");
        }
    }

    /** Returns the message of the interrupt, if it is among the causes of the failure. */
    public static Optional<String> among(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedRunException) {
                return Optional.of(cause.getMessage());
            }
        }
        return Optional.empty();
    }

    /** Adds this callback, so that an interrupt stops what the configuration runs. */
    public static void addTo(FluentConfiguration configuration) {
        configuration.callbacks(
                Stream.concat(Stream.of(configuration.getCallbacks()), Stream.of(new InterruptCallback()))
                        .toArray(Callback[]::new));
    }

    @Override
    public boolean supports(Event event, Context context) {
        return SCRIPTS.contains(event) || STATEMENTS.contains(event);
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public void handle(Event event, Context context) {
        if (InterruptHandler.interrupted()) {
            MigrationInfo migration = context.getMigrationInfo();
            String script = migration == null ? "the next script" : migration.getScript();
            throw new InterruptedRunException(
                    STATEMENTS.contains(event)
                            ? "interrupted between two statements"
                            : "You interrupted the command before " + script + ".");
        }
    }

    @Override
    public String getCallbackName() {
        return "dbopt interrupt";
    }
}
