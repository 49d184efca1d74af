package dbopt.guard;

import dbopt.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Sets up one case after the other in a database, each beside the table {@code t} and in a transaction of its own that is
 * rolled back. A test class registers it as an extension.
 */
public final class CaseDatabase implements BeforeAllCallback, AfterAllCallback {
    /** The functions of the guard, which exist when a migration starts. */
    public static final String GUARD =
            file("db/callback/beforeEachMigrate.sql").replace("${concurrentLockTimeout}", "10min");

    private TestDatabase database;
    private Connection connection;

    /** The use of a prepared case; the connection belongs to the owner of the tables. */
    public interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        database = TestDatabase.empty();
        connection = database.connectAsSuperuser();
        // the view reads only the catalog, so it can be created before the cases
        database.run(file("db/migration/R__monitoring_views.sql"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("set allow_in_place_tablespaces = on");
            if (rows(connection, "select from pg_tablespace where spcname = '" + RedundancyCases.TABLESPACE + "'")
                    .isEmpty()) {
                statement.execute("create tablespace " + RedundancyCases.TABLESPACE + " location ''");
                statement.execute(
                        "grant create on tablespace " + RedundancyCases.TABLESPACE + " to " + TestDatabase.OWNER);
            }
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The cases that this server can hold. */
    public List<RedundancyCase> cases() {
        try {
            return RedundancyCases.all(connection.getMetaData().getDatabaseMajorVersion());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs the statements as the owner of the tables and the query, and rolls everything back. */
    public <T> T with(List<String> setup, Question<T> question) {
        try {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set role " + TestDatabase.OWNER);
                statement.execute(RedundancyCase.TABLE);
                for (String text : setup) {
                    statement.execute(text);
                }
                statement.execute("set role " + TestDatabase.OWNER);
                return question.ask(connection);
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** The result of the query for a case. */
    public List<String> rows(List<String> setup, String query) {
        return with(setup, ownersConnection -> rows(ownersConnection, query));
    }

    /** The rows, columns joined by " | ". */
    public static List<String> rows(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.add(result.getString(column));
                }
                rows.add(String.join(" | ", row));
            }
            return rows;
        }
    }

    public static String file(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        database.close();
    }
}
