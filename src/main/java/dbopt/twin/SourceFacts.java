package dbopt.twin;

import dbopt.bundled.BundledSql;
import dbopt.guard.QualifiedName;
import dbopt.server.DefinitionSettings;
import dbopt.server.Rows;
import dbopt.terminal.CommandFailure;
import dbopt.terminal.TerminalText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the twin is made from, read in one read-only transaction that sees a single state of the database. Values of the data
 * are not among these facts: they are copied from server to server.
 *
 * @param settings the planner's settings by name, with values as SQL expressions
 * @param unknown why a table is not copied, by its name as the server says it
 */
record SourceFacts(
        int major,
        String version,
        String user,
        Database database,
        Map<String, String> settings,
        List<SchemaObject> objects,
        Map<TableName, String> unknown) {

    private static final int TRIES = 5;

    /** The SQLSTATE of internal errors, such as "cache lookup failed for function 16385". */
    private static final String INTERNAL = "XX000";

    private static final String LOCKED = "55P03";

    /** The encoding and the sort order of a database. */
    record Database(String encoding, String collate, String ctype, String provider, Optional<String> locale) {}

    /** A table by its names in the catalog. */
    record TableName(String schema, String name) implements Comparable<TableName> {
        /** Parses a qualified and quoted name. A name without a schema has an empty schema. */
        static Optional<TableName> parse(String qualified) {
            return QualifiedName.parse(qualified)
                    .map(name -> new TableName(name.schema().orElse(""), name.name()));
        }

        @Override
        public int compareTo(TableName other) {
            return toString().compareTo(other.toString());
        }

        /** The name that the server uses in its messages. */
        @Override
        public String toString() {
            return schema.isEmpty() ? name : schema + "." + name;
        }
    }

    /**
     * Reads the facts. The catalog shows the state at the beginning of the transaction, but functions that print definitions
     * see the current state. If an object is dropped in between, they fail, and all is read again.
     */
    static SourceFacts read(Connection source, BundledSql sql) throws SQLException {
        source.setAutoCommit(false);
        for (int tries = 1; ; tries++) {
            try (Statement statement = source.createStatement()) {
                statement.execute("set transaction isolation level repeatable read, read only");
                statement.execute("set local lock_timeout = '2s'");
                return readOnce(source, sql);
            } catch (SQLException e) {
                boolean locked = LOCKED.equals(e.getSQLState());
                if (tries == TRIES || !(locked || INTERNAL.equals(e.getSQLState()))) {
                    throw e;
                }
                source.rollback();
                if (locked) {
                    requireUnlocked(source, sql);
                }
            }
        }
    }

    private static void requireUnlocked(Connection source, BundledSql sql) throws SQLException {
        List<String> locked = Rows.all(source, sql.query("db/rehearse/locked.sql"), row -> row.getString("name"));
        source.rollback();
        if (!locked.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.FAILED,
                    "The schema cannot be read while a session holds an exclusive lock on a table:\n"
                            + TerminalText.some(locked) + "\nNothing was changed. Run it again when that is done.");
        }
    }

    private static SourceFacts readOnce(Connection source, BundledSql sql) throws SQLException {
        try (Statement statement = source.createStatement()) {
            String user = one(source, "select current_user");
            Map<String, String> settings = Rows.map(
                    source,
                    sql.query("db/rehearse/settings.sql"),
                    row -> row.getString("name"),
                    row -> row.getString("value"));
            statement.execute(DefinitionSettings.pinnedInTransaction());
            // to compile a query of a large catalog takes longer than to run it; the settings for the twin have been
            // read
            statement.execute("set local jit = off");
            return new SourceFacts(
                    source.getMetaData().getDatabaseMajorVersion(),
                    one(source, "select pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1)"),
                    user,
                    database(source, sql),
                    settings,
                    objects(source, sql),
                    unknown(source, sql));
        }
    }

    private static String one(Connection source, String query) throws SQLException {
        return Rows.only(source, query, row -> row.getString(1));
    }

    private static Database database(Connection source, BundledSql sql) throws SQLException {
        return Rows.only(
                source,
                sql.query("db/rehearse/database.sql"),
                row -> new Database(
                        row.getString("encoding"),
                        row.getString("lc_collate"),
                        row.getString("lc_ctype"),
                        row.getString("provider"),
                        Optional.ofNullable(row.getString("locale"))));
    }

    private static List<SchemaObject> objects(Connection source, BundledSql sql) throws SQLException {
        return Rows.all(
                        source,
                        sql.query("db/rehearse/objects.sql"),
                        row -> new SchemaObject(
                                row.getString("kind"),
                                row.getString("name"),
                                row.getString("on_table"),
                                Optional.ofNullable(row.getString("statement")).orElse("")))
                .stream()
                .filter(object -> !object.statement().isEmpty()) // a dropped object has no statement
                .toList();
    }

    private static Map<TableName, String> unknown(Connection source, BundledSql sql) throws SQLException {
        return Rows.map(
                source,
                sql.query("db/rehearse/unknown.sql"),
                row -> new TableName(row.getString("schema_name"), row.getString("name")),
                row -> row.getString("reason"));
    }
}
