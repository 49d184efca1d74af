package dbopt.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks at sessions from a connection of its own, at intervals, until it is closed. It is a courtesy: whatever goes wrong
 * with it, what it watches goes on without. What ends within the first interval is not watched.
 */
public final class SessionWatch implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /** Opens the connection that the watch looks through. */
    @FunctionalInterface
    public interface Connector {
        /** Called once, on the watching thread. */
        Connection connect() throws SQLException;
    }

    /** Asks the server once, and says what there is to say. */
    @FunctionalInterface
    public interface Look {
        /** Called again and again, on the watching thread. */
        void at(Connection connection) throws SQLException;
    }

    private SessionWatch(String name, Duration interval, Connector connector, Look look, Consumer<Exception> ended) {
        thread = new Thread(() -> watch(interval, connector, look, ended), name);
        thread.setDaemon(true);
    }

    /**
     * Begins to watch.
     *
     * @param name of the thread
     * @param ended receives why it ends before it is closed
     */
    public static SessionWatch start(
            String name, Duration interval, Connector connector, Look look, Consumer<Exception> ended) {
        SessionWatch watch = new SessionWatch(name, interval, connector, look, ended);
        watch.thread.start();
        return watch;
    }

    private void watch(Duration interval, Connector connector, Look look, Consumer<Exception> ended) {
        try {
            if (isClosedAfter(interval)) {
                return;
            }
            try (Connection connection = connector.connect()) {
                do {
                    look.at(connection);
                } while (!isClosedAfter(interval));
            }
        } catch (SQLException | RuntimeException e) {
            ended.accept(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosedAfter(Duration interval) throws InterruptedException {
        return closed.await(interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends the watch and waits, within limits, until its connection is closed. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
