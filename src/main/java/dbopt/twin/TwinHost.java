package dbopt.twin;

import dbopt.server.DatabaseAddress;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/** The server that a twin lives on. */
interface TwinHost extends AutoCloseable {
    /** A database of it, for its superuser. */
    DatabaseAddress address(String database);

    /** Gives the twin's files the size of the source's. Sessions end by it. */
    void resize(TwinFiles files) throws IOException, SQLException;

    /** What is not as in the source here. */
    Optional<String> note();

    /** Removes the twin. Doing so twice does no harm. */
    @Override
    void close();
}
