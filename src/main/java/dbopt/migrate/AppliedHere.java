package dbopt.migrate;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/** The versions that this process applied: another that migrates at the same time may apply some of them first. */
final class AppliedHere implements Callback {
    private final Set<MigrationVersion> versions = new ConcurrentSkipListSet<>();

    Set<MigrationVersion> versions() {
        return Set.copyOf(versions);
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.AFTER_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public void handle(Event event, Context context) {
        if (context.getMigrationInfo() != null && context.getMigrationInfo().getVersion() != null) {
            versions.add(context.getMigrationInfo().getVersion());
        }
    }

    @Override
    public String getCallbackName() {
        return "dbopt applied";
    }
}
