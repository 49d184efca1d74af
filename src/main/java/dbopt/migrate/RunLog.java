package dbopt.migrate;

import dbopt.server.ServerError;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/** What Flyway does not return: the versions that it applied before it failed, and why the server ended its session. */
final class RunLog implements Callback {
    private static final Set<Event> EVENTS = Set.of(Event.AFTER_EACH_MIGRATE, Event.AFTER_EACH_MIGRATE_STATEMENT_ERROR);

    private final Set<MigrationVersion> applied = new ConcurrentSkipListSet<>();
    private Optional<Ended> ended = Optional.empty();

    /** A script whose session the server ended. */
    record Ended(String script, ServerError error) {}

    /** Another process that migrates at the same time may have applied some of them first: those are not among these. */
    Set<MigrationVersion> applied() {
        return Set.copyOf(applied);
    }

    /** Flyway's own exception is by then that the connection is closed. */
    Optional<Ended> ended() {
        return ended;
    }

    @Override
    public boolean supports(Event event, Context context) {
        return EVENTS.contains(event);
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public void handle(Event event, Context context) {
        if (context.getMigrationInfo() == null) {
            return;
        }
        if (event == Event.AFTER_EACH_MIGRATE) {
            Optional.ofNullable(context.getMigrationInfo().getVersion()).ifPresent(applied::add);
        } else if (context.getStatement() != null) {
            ended = context.getStatement().getErrors().stream()
                    .flatMap(error -> ServerError.ended(error.getState(), error.getMessage()).stream())
                    .map(error -> new Ended(context.getMigrationInfo().getScript(), error))
                    .findFirst();
        }
    }

    @Override
    public String getCallbackName() {
        return "dbopt run";
    }
}
