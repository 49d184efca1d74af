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

/** What Flyway does not return: the versions that it applied before it failed, and why the server ended its session. */
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

    /** Another process that migrates at the same time may have applied some of them first: those are not among these. */
    Set<MigrationVersion> applied() {
        return Set.copyOf(applied);
    }

    /** The same in order, with repeatable migrations and a baseline, by the names that people give them. */
    List<String> done() {
        return List.copyOf(done);
    }

    /** The longest from where a try of this migration asked for its locks to where it gave up or had committed. */
    Duration longestLock(MigrationVersion version) {
        return Duration.ofNanos(longest.getOrDefault(version, 0L));
    }

    private void released() {
        dropping.ifPresent(version -> longest.merge(version, System.nanoTime() - dropBegan, Math::max));
        dropping = Optional.empty();
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
