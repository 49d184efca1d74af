package dbopt.twin;

import static java.util.stream.Collectors.joining;

import dbopt.server.ServerError;
import dbopt.terminal.InterruptHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Creates the schema in the twin. A statement that fails for lack of another object is repeated once there are more objects. */
final class TwinSchema {
    private static final int BATCH = 200;

    /**
     * The kinds that a superuser creates: extensions, whose code is their maker's. All other code is the application's and
     * does not run as a superuser.
     */
    private static final Set<String> BY_SUPERUSER = Set.of("extension");

    private final Connection superuser;
    private final Connection owner;
    private final Consumer<String> progress;

    /** The message of the last attempt for each object that could not be created. */
    private final Map<SchemaObject, String> failures = new LinkedHashMap<>();

    TwinSchema(Connection superuser, Connection owner, Consumer<String> progress) {
        this.superuser = superuser;
        this.owner = owner;
        this.progress = progress;
    }

    /** Creates all objects that can be created, and returns why the others cannot. */
    Map<SchemaObject, String> make(List<SchemaObject> objects) throws SQLException {
        List<SchemaObject> missing = objects;
        int before;
        do {
            before = missing.size();
            missing = tryAll(missing);
        } while (!missing.isEmpty() && missing.size() < before);
        return failures;
    }

    private List<SchemaObject> tryAll(List<SchemaObject> objects) throws SQLException {
        List<SchemaObject> missing = new ArrayList<>();
        for (int start = 0; start < objects.size(); start += BATCH) {
            if (InterruptHandler.interrupted()) {
                throw new SQLException("interrupted");
            }
            List<SchemaObject> batch = objects.subList(start, Math.min(objects.size(), start + BATCH));
            progress.accept("Creating the twin: " + (start + batch.size()) + " of " + objects.size() + " objects");
            if (!makeAtOnce(batch)) {
                for (SchemaObject object : batch) {
                    if (!make(object)) {
                        missing.add(object);
                    }
                }
            }
        }
        return missing;
    }

    private boolean makeAtOnce(List<SchemaObject> batch) throws SQLException {
        if (batch.stream().anyMatch(object -> BY_SUPERUSER.contains(object.kind()))) {
            return false;
        }
        owner.setAutoCommit(false);
        try (Statement statement = owner.createStatement()) {
            // one message for the whole batch, since a separate statement would wait for its own answer
            statement.execute(batch.stream().map(SchemaObject::statement).collect(joining("\n;\n")));
            owner.commit();
            batch.forEach(failures::remove);
            return true;
        } catch (SQLException e) {
            owner.rollback();
            return false;
        } finally {
            owner.setAutoCommit(true);
        }
    }

    private boolean make(SchemaObject object) {
        Connection connection = BY_SUPERUSER.contains(object.kind()) ? superuser : owner;
        try (Statement statement = connection.createStatement()) {
            statement.execute(object.statement());
            failures.remove(object);
            return true;
        } catch (SQLException e) {
            failures.put(object, ServerError.of(e).message());
            return false;
        }
    }
}
