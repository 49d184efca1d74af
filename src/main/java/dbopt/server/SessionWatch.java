package dbopt.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Checks sessions at intervals from a connection of its own, until it is closed. A failure of the watch does not affect the
 * work that it watches. Work that ends within the first interval is not watched.
 */
public final class SessionWatch implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /** Opens the connection of the watch. */
    @FunctionalInterface
    public interface Connector {
        /** Opens the connection. Called once, on the watching thread. */
        Connection connect() throws SQLException;
    }

    /** Checks the server and reports what it finds. */
    @FunctionalInterface
    public interface Look {
        /** Checks once. Called at every interval, on the watching thread. */
        void at(Connection connection) throws SQLException;
    }

    private SessionWatch(String name, Duration interval, Connector connector, Look look, Consumer<Exception> ended) {
        thread = new Thread(() -> watch(interval, connector, look, ended), name);
        thread.setDaemon(true);
    }

    /**
     * Starts the watch.
     *
     * @param name the name of the thread
     * @param ended receives the error if the watch fails before it is closed
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

    /** Ends the watch, and waits up to 10 seconds until its connection is closed. */
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
