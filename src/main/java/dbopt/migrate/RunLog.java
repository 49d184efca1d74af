package dbopt.migrate;

import dbopt.server.ServerError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/** Records what Flyway does not return: the versions that it applied before a failure, and why the server ended its session. */
final class RunLog implements Callback {
    private static final Set<Event> EVENTS = Set.of(
            Event.AFTER_BASELINE,
            Event.AFTER_EACH_MIGRATE,
            Event.BEFORE_EACH_MIGRATE,
            Event.BEFORE_EACH_MIGRATE_STATEMENT,
            Event.AFTER_EACH_MIGRATE_STATEMENT_ERROR,
            Event.AFTER_EACH_MIGRATE_ERROR,
            Event.AFTER_MIGRATE,
            Event.AFTER_MIGRATE_ERROR);

    private static final Pattern DROP = Pattern.compile("(?is)\\s*drop\\s+index\\s.*");

    private final Set<MigrationVersion> applied = new ConcurrentSkipListSet<>();
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final Map<MigrationVersion, Long> longest = new ConcurrentHashMap<>();
    private Optional<MigrationVersion> dropping = Optional.empty();
    private long dropBegan;
    private Optional<Ended> ended = Optional.empty();

    /** A script whose session the server ended. */
    record Ended(String script, ServerError error) {}

    /** The versions that this process applied. Versions that another process applied at the same time are not among them. */
    Set<MigrationVersion> applied() {
        return Set.copyOf(applied);
    }

    /** The names of all that this process applied, in order, including repeatable migrations and a baseline. */
    List<String> done() {
        return List.copyOf(done);
    }

    /** The longest time of an attempt of this migration, from the request for its locks until it gave up or committed. */
    Duration longestLock(MigrationVersion version) {
        return Duration.ofNanos(longest.getOrDefault(version, 0L));
    }

    private void released() {
        dropping.ifPresent(version -> longest.merge(version, System.nanoTime() - dropBegan, Math::max));
        dropping = Optional.empty();
    }

    /**
     * The script whose session the server ended, and the error. Flyway's own exception only says that the connection is
     * closed.
     */
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
        if (event == Event.AFTER_BASELINE) {
            done.add("baseline " + context.getConfiguration().getBaselineVersion());
            return;
        }
        if (event == Event.AFTER_EACH_MIGRATE) {
            Optional<MigrationVersion> version =
                    Optional.ofNullable(context.getMigrationInfo().getVersion());
            version.ifPresent(applied::add);
            done.add(version.map(number -> "V" + number)
                    .orElse(context.getMigrationInfo().getScript()));
        } else if (event == Event.BEFORE_EACH_MIGRATE_STATEMENT) {
            if (dropping.isEmpty()
                    && context.getStatement() != null
                    && DROP.matcher(context.getStatement().getSql()).matches()) {
                dropping = Optional.ofNullable(context.getMigrationInfo().getVersion());
                dropBegan = System.nanoTime();
            }
        } else {
            released();
        }
        if (event == Event.AFTER_EACH_MIGRATE_STATEMENT_ERROR && context.getStatement() != null) {
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
