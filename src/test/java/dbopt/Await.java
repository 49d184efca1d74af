package dbopt;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what must come, however long a slow machine takes within reason. */
public final class Await {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final int LONGEST_PAUSE_MILLISECONDS = 100;

    private Await() {}

    /**
     * Returns as soon as the condition holds; fails, saying what was waited for, if it does not come about. Asks less often
     * the longer it lasts: most conditions connect to the server, which costs it more than the answer.
     */
    public static void until(BooleanSupplier condition, Supplier<String> what) {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        int milliseconds = 10;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Waited " + TIMEOUT.toSeconds() + " s in vain: " + what.get());
            }
            pause(milliseconds);
            milliseconds = Math.min(2 * milliseconds, LONGEST_PAUSE_MILLISECONDS);
        }
    }

    /** Does nothing for this time; for what paces a load, and never for what has to come about. */
    public static void pause(int milliseconds) {
        try {
            TimeUnit.MILLISECONDS.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
