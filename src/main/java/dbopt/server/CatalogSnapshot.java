package dbopt.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * Begins a read-only transaction in which every query of the catalog sees the same moment, and definitions print alike on
 * every server.
 */
public final class CatalogSnapshot {
    private CatalogSnapshot() {}

    /**
     * Begins the transaction, which the caller ends. The settings end with it.
     *
     * @throws SQLException if the server refuses a setting
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
