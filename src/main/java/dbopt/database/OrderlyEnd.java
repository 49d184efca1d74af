package dbopt.database;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets a command end in order when its user interrupts it: the running statement is cancelled and the rest tidied up. */
public final class OrderlyEnd implements AutoCloseable {
    private static final long SECONDS_TO_TIDY_UP = 10;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;

    private OrderlyEnd(Runnable cancel) {
        hook = new Thread(() -> {
            cancel.run();
            try {
                if (!done.await(SECONDS_TO_TIDY_UP, TimeUnit.SECONDS)) {
                    System.err.println("Interrupted before everything was tidied up: run the same command again.");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Runs {@code cancel} when the process is asked to end, and waits a little for this to be closed. */
    public static OrderlyEnd onInterrupt(Runnable cancel) {
        return new OrderlyEnd(cancel);
    }

    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending: the hook is what runs now
            return;
        }
    }
}
