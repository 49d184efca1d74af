package dbopt.terminal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.postgresql.PGConnection;

/**
 * Lets a command end in order when its user interrupts it (Ctrl-C, or SIGTERM). There is one interruption for the whole
 * process: code that is about to begin something new asks {@link #interrupted()} first, and waits with {@link
 * #pause(Duration)}.
 */
public final class InterruptHandler implements AutoCloseable {
    private static final long SECONDS_TO_TIDY_UP = 10;
    private static final long MILLISECONDS_BETWEEN_CANCELS = 100;

    private static final CountDownLatch INTERRUPTION = new CountDownLatch(1);

    private static final Object HEARING = new Object();
    private static final Set<Thread> HEARD = Collections.newSetFromMap(new WeakHashMap<>());

    private final Thread hook;

    /**
     * Registers a shutdown hook that makes the process wait for the command's thread, so that the command's last messages are
     * printed.
     */
    private InterruptHandler(Runnable cancel, boolean wake) {
        Thread command = Thread.currentThread();
        hook = new Thread(() -> end(cancel, wake, command), "interrupt");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending already: nothing new begins
            INTERRUPTION.countDown();
        }
    }

    /**
     * Returns a handler that is in force until it is closed. On an interrupt, the handler runs {@code cancel} again and again
     * until the command notices the interrupt, and waits some seconds for the command to end.
     */
    public static InterruptHandler onInterrupt(Runnable cancel) {
        return new InterruptHandler(cancel, false);
    }

    /**
     * Returns a handler like that of {@link #onInterrupt}, for a command that may sleep in a library's code: an interrupt also
     * wakes the command's thread.
     */
    public static InterruptHandler onInterruptWaking(Runnable cancel) {
        return new InterruptHandler(cancel, true);
    }

    /**
     * Returns a handler for a command that only reads: an interrupt cancels the query that the connection runs, which would
     * otherwise continue in the server.
     */
    public static InterruptHandler cancelling(Connection connection) {
        return onInterrupt(() -> {
            try {
                connection.unwrap(PGConnection.class).cancelQuery();
            } catch (SQLException e) {
                // then the query ends by itself
                return;
            }
        });
    }

    /**
     * Repeats the cancel until the command has ended or noticed the interrupt, because a cancel that arrives between two
     * statements cancels neither.
     */
    private static void end(Runnable cancel, boolean wake, Thread command) {
        INTERRUPTION.countDown();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_TIDY_UP);
        try {
            while (command.isAlive() && System.nanoTime() < end) {
                if (!isHeard(command, wake)) {
                    cancel.run();
                }
                command.join(MILLISECONDS_BETWEEN_CANCELS);
            }
            if (command.isAlive()) {
                System.err.println("Interrupted before the clean-up was complete: run the same command again.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isHeard(Thread command, boolean wake) {
        synchronized (HEARING) {
            boolean heard = HEARD.contains(command);
            if (!heard && wake && sleeps(command)) {
                command.interrupt();
            }
            return heard;
        }
    }

    /**
     * Whether the thread sleeps. A thread in any other call, such as reading a file, must not be woken, since the call would
     * fail.
     */
    private static boolean sleeps(Thread command) {
        return Stream.of(command.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(Thread.class.getName())
                        && frame.getMethodName().startsWith("sleep"));
    }

    /**
     * Whether the user has interrupted the command; called by the command's own thread, or by each of its threads. Once a
     * thread has learned of the interrupt here, nothing that it runs is cancelled any more: the thread tidies up and returns.
     * It must not call {@code System.exit}, which would wait for the thread itself.
     */
    public static boolean interrupted() {
        if (INTERRUPTION.getCount() > 0) {
            return false;
        }
        synchronized (HEARING) {
            HEARD.add(Thread.currentThread());
            Thread.interrupted(); // clears the flag that woke this thread
            return true;
        }
    }

    /** Waits for this time, or until the user interrupts the command. */
    public static void pause(Duration time) {
        try {
            INTERRUPTION.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending: the hook is running now
            return;
        }
    }
}
