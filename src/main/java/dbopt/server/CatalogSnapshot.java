package dbopt.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** A read-only transaction in which every query of the catalog sees the same moment, and definitions print alike everywhere. */
public final class CatalogSnapshot {
    private CatalogSnapshot() {}

    /**
     * Begins it. The settings end with the transaction, which the caller ends.
     *
     * @throws SQLException when the server refuses it
     */
    public static void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set transaction isolation level repeatable read, read only");
            statement.execute(DefinitionSettings.pinnedInTransaction());
            statement.execute(
                    "select pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('lock_timeout', '2s', true)");
            Optional<String> encoding = ReadableText.setting(connection);
            if (encoding.isPresent()) {
                statement.execute("set local " + encoding.get());
            }
        }
    }
}
