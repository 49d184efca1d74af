package dbopt.undo;

import java.time.Duration;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogFactory;

/**
 * Writes the progress of an undo to Flyway's log: a line for each script, and a line about a build when its phase changes or
 * ten seconds have passed.
 */
final class LoggingListener implements UndoListener {
    private static final Log LOG = LogFactory.getLog(LoggingListener.class);
    private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

    private String lastPhase = "";
    private long lastTime;

    @Override
    public void starting(UndoStep step, int number, int of) {
        LOG.info("Undoing %s with %s%s"
                .formatted(
                        step.name(),
                        step.script().getScript(),
                        step.script().runsInTransaction() ? "" : " [non-transactional]"));
    }

    @Override
    public void building(IndexBuild build) {
        String phase = build.target() + build.phase() + build.blockers().names();
        long now = System.nanoTime();
        if (!phase.equals(lastPhase) || now - lastTime >= INTERVAL) {
            lastPhase = phase;
            lastTime = now;
            LOG.info(build.describe());
        }
    }
}
