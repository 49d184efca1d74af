package dbopt.terminal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;

/** Lets a command end in order when its user interrupts it: the running statement is cancelled and the rest tidied up. */
public final class InterruptHandler implements AutoCloseable {
    private static final long SECONDS_TO_TIDY_UP = 10;

    private static volatile boolean interrupted;

    private final Thread hook;

    /** The process waits for the command's own thread, so that its last words are heard. */
    private InterruptHandler(Runnable cancel, Thread command) {
        hook = new Thread(() -> {
            interrupted = true;
            cancel.run();
            try {
                command.join(TimeUnit.SECONDS.toMillis(SECONDS_TO_TIDY_UP));
                if (command.isAlive()) {
                    System.err.println("Interrupted before everything was tidied up: run the same command again.");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** From now until it is closed, an interrupt runs this first, and then waits some seconds for the command to end. */
    public static InterruptHandler onInterrupt(Runnable cancel) {
        return new InterruptHandler(cancel, Thread.currentThread());
    }

    /** For a command that only reads: an interrupt cancels what the connection runs, lest the server goes on without anybody. */
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

    /** Whether the process is ending already: then the command's thread just returns, since to exit would wait for itself. */
    public static boolean interrupted() {
        return interrupted;
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
