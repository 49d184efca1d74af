package dbopt.server;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.sql.ConnectionEvent;
import javax.sql.ConnectionEventListener;
import javax.sql.DataSource;
import org.postgresql.ds.PGPooledConnection;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Uses a session of the server again for the next connection: a new one would have to start a process and fill its caches of
 * the catalogs, which takes longer than most of what a migration does. A session that is used again is as it was at its start:
 * no transaction, settings, temporary objects or locks of the connection before it are left. Two things differ: the time-outs
 * that would end the session are off, and a setting with a name of the user's own, such as {@code app.tenant}, is empty and no
 * longer unknown.
 */
public final class ReusedSessions implements AutoCloseable {
    /** A session keeps what it has read of the catalogs until it ends; this limits its memory on the server. */
    private static final int MOST_USES = 100;

    private static final int SECONDS_TO_ANSWER = 5;

    /** Discarding leaves out a role that ALTER ROLE or ALTER DATABASE has set. */
    private static final String[] AS_AT_THE_START = {"discard all", "reset role"};

    private final String applicationName;
    private final Opening opening;
    private final Deque<Session> idle = new ArrayDeque<>();
    private boolean closed;

    /** Opens a new connection. */
    @FunctionalInterface
    public interface Opening {
        /** Opens a connection to the server. */
        Connection open() throws SQLException;
    }

    /**
     * @param applicationName the application name of the sessions
     * @param opening opens each session, with that application name
     */
    public ReusedSessions(String applicationName, Opening opening) {
        this.applicationName = requireNonNull(applicationName, "applicationName is null");
        this.opening = requireNonNull(opening, "opening is null");
    }

    /**
     * Returns a connection on an idle session, or on a new one if there is none. Closing the connection leaves the session
     * for the next.
     */
    public Connection connect() throws SQLException {
        for (Session session = poll(); session != null; session = poll()) {
            if (session.connection.isValid(SECONDS_TO_ANSWER)) {
                return session.handle();
            }
            session.end();
        }
        return new Session(opening.open()).handle();
    }

    /** Returns a data source with these connections. */
    public DataSource dataSource() {
        return new Connections(this);
    }

    /** Ends the idle sessions now, and the others when their connection is closed. */
    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
        }
        for (Session session = poll(); session != null; session = poll()) {
            session.end();
        }
    }

    private Session poll() {
        synchronized (idle) {
            return idle.poll();
        }
    }

    private boolean keep(Session session) {
        synchronized (idle) {
            return !closed && idle.add(session);
        }
    }

    /** A session and its connection, of which the user of a connection gets a handle. */
    private final class Session implements ConnectionEventListener {
        private final Connection connection;
        private final PGPooledConnection pooled;
        private int uses;

        Session(Connection connection) {
            this.connection = connection;
            this.pooled = new PGPooledConnection(connection, true);
            pooled.addConnectionEventListener(this);
        }

        Connection handle() throws SQLException {
            uses++;
            return pooled.getConnection();
        }

        @Override
        public void connectionClosed(ConnectionEvent event) {
            if (uses >= MOST_USES || !isAsAtTheStart() || !keep(this)) {
                end();
            }
        }

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            // the connection is broken, and closing its handle finds that out
        }

        private boolean isAsAtTheStart() {
            try (Statement statement = connection.createStatement()) {
                connection.setAutoCommit(true);
                connection.setReadOnly(false);
                for (String reset : AS_AT_THE_START) {
                    statement.execute(reset);
                }
                // the driver sets these two after the start of a session
                Rows.only(
                        connection,
                        "select pg_catalog.set_config('application_name', ?, false)",
                        row -> "",
                        applicationName);
                SessionTimeouts.turnOff(connection);
                return true;
            } catch (SQLException e) {
                return false;
            }
        }

        private void end() {
            try {
                connection.close();
            } catch (SQLException e) {
                // it is gone already
            }
        }
    }

    /** The connections as a data source. */
    private static final class Connections extends PGSimpleDataSource {
        private static final long serialVersionUID = 1L;

        private final transient ReusedSessions sessions;

        Connections(ReusedSessions sessions) {
            this.sessions = sessions;
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return sessions.connect();
        }
    }
}
