package dbopt.twin;

import dbopt.bundled.BundledSql;
import dbopt.guard.QualifiedName;
import dbopt.server.DefinitionSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the twin is made from, read in one transaction that only reads and sees one state of the database. Values of the data
 * are not read here: they go from server to server as they are.
 *
 * @param settings of the planner, by name, as SQL has the value
 * @param unknown why a table is not carried, by its name as the server says it
 */
record SourceFacts(
        int major,
        String version,
        String user,
        Database database,
        Map<String, String> settings,
        List<SchemaObject> objects,
        Map<TableName, String> unknown) {

    /** How the database encodes and sorts. */
    record Database(String encoding, String collate, String ctype, String provider, Optional<String> locale) {}

    /** A table by its names in the catalog. */
    record TableName(String schema, String name) implements Comparable<TableName> {
        /** Reads a qualified and quoted name; one without a schema has an empty one. */
        static Optional<TableName> parse(String qualified) {
            return QualifiedName.parse(qualified)
                    .map(name -> new TableName(name.schema().orElse(""), name.name()));
        }

        @Override
        public int compareTo(TableName other) {
            return toString().compareTo(other.toString());
        }

        /** As the server names it in its messages. */
        @Override
        public String toString() {
            return schema.isEmpty() ? name : schema + "." + name;
        }
    }

    static SourceFacts read(Connection source, BundledSql sql) throws SQLException {
        try (Statement statement = source.createStatement()) {
            String user = one(statement, "select current_user");
            Map<String, String> settings = settings(statement, sql);
            statement.execute(DefinitionSettings.pinnedInTransaction());
            return new SourceFacts(
                    source.getMetaData().getDatabaseMajorVersion(),
                    one(
                            statement,
                            "select pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1)"),
                    user,
                    database(statement, sql),
                    settings,
                    objects(statement, sql),
                    unknown(statement, sql));
        }
    }

    private static String one(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Map<String, String> settings(Statement statement, BundledSql sql) throws SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        try (ResultSet row = statement.executeQuery(sql.query("db/rehearse/settings.sql"))) {
            while (row.next()) {
                settings.put(row.getString("name"), row.getString("value"));
            }
        }
        return settings;
    }

    private static Database database(Statement statement, BundledSql sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql.query("db/rehearse/database.sql"))) {
            row.next();
            return new Database(
                    row.getString("encoding"),
                    row.getString("lc_collate"),
                    row.getString("lc_ctype"),
                    row.getString("provider"),
                    Optional.ofNullable(row.getString("locale")));
        }
    }

    private static List<SchemaObject> objects(Statement statement, BundledSql sql) throws SQLException {
        List<SchemaObject> objects = new ArrayList<>();
        try (ResultSet row = statement.executeQuery(sql.query("db/rehearse/objects.sql"))) {
            while (row.next()) {
                objects.add(new SchemaObject(
                        row.getString("kind"),
                        row.getString("name"),
                        row.getString("on_table"),
                        row.getString("statement")));
            }
        }
        return objects;
    }

    private static Map<TableName, String> unknown(Statement statement, BundledSql sql) throws SQLException {
        Map<TableName, String> unknown = new LinkedHashMap<>();
        try (ResultSet row = statement.executeQuery(sql.query("db/rehearse/unknown.sql"))) {
            while (row.next()) {
                unknown.put(
                        new TableName(row.getString("schema_name"), row.getString("name")), row.getString("reason"));
            }
        }
        return unknown;
    }
}
