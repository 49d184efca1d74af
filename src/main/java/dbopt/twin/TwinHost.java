package dbopt.twin;

import dbopt.server.DatabaseAddress;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/** The server that hosts a twin. */
interface TwinHost extends AutoCloseable {
    /** Returns the address of one of its databases, for its superuser. */
    DatabaseAddress address(String database);

    /** Gives the twin's files the size of those in the source. This ends all sessions. */
    void resize(TwinFiles files) throws IOException, SQLException;

    /** Returns a note on what differs from the source on this host; empty if nothing does. */
    Optional<String> note();

    /** Removes the twin. A second call has no effect. */
    @Override
    void close();
}
