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
 * process: whatever begins something new asks {@link #interrupted()} first, and waits with {@link #pause(Duration)}.
 */
public final class InterruptHandler implements AutoCloseable {
    private static final long SECONDS_TO_TIDY_UP = 10;
    private static final long MILLISECONDS_BETWEEN_CANCELS = 100;

    private static final CountDownLatch INTERRUPTION = new CountDownLatch(1);

    private static final Object HEARING = new Object();
    private static final Set<Thread> HEARD = Collections.newSetFromMap(new WeakHashMap<>());

    private final Thread hook;

    /** The process waits for the command's own thread, so that its last words are heard. */
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

    /** From now until it is closed, an interrupt runs this until the command hears of it, and waits some seconds for its end. */
    public static InterruptHandler onInterrupt(Runnable cancel) {
        return new InterruptHandler(cancel, false);
    }

    /** As {@link #onInterrupt}, for a command that may sleep in somebody else's code: it is woken. */
    public static InterruptHandler onInterruptWaking(Runnable cancel) {
        return new InterruptHandler(cancel, true);
    }

    /** For a command that only reads: an interrupt cancels what the connection runs, which else goes on in the server. */
    public static InterruptHandler cancelling(Connection connection) {
        return onInterrupt(() -> {
            try {
                connection.unwrap(PGConnection.class).cancelQuery();
            } catch (SQLException e) {
                // then it ends by itself
                return;
            }
        });
    }

    /** A cancel that comes between two statements cancels neither: it is repeated until the command has ended or heard of it. */
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
                System.err.println("Interrupted before everything was tidied up: run the same command again.");
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

    /** Anything else, such as reading a file, would fail for being woken. */
    private static boolean sleeps(Thread command) {
        return Stream.of(command.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(Thread.class.getName())
                        && frame.getMethodName().startsWith("sleep"));
    }

    /**
     * Whether the user interrupted; to be asked by the command's own thread, or each of its threads. Once one has heard so,
     * nothing of it is cancelled any more: it ends by itself, and tidies up. It then just returns, since to exit would wait
     * for itself.
     */
    public static boolean interrupted() {
        if (INTERRUPTION.getCount() > 0) {
            return false;
        }
        synchronized (HEARING) {
            HEARD.add(Thread.currentThread());
            Thread.interrupted(); // woken for this
            return true;
        }
    }

    /** Waits, but not on after an interrupt. */
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
            // the process is ending: the hook is what runs now
            return;
        }
    }
}
