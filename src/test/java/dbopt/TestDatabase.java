package dbopt;

import dbopt.project.MigrationProject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.postgresql.PGConnection;

/**
 * A database of its own on a real PostgreSQL server, made from a template in some milliseconds and dropped at the end.
 * The role that uses it owns its tables, is not a superuser, and has exactly the rights that the README lists.
 */
public final class TestDatabase implements AutoCloseable {
    /** The role that owns the application's tables and runs the migrations. */
    public static final String OWNER = "application";

    public static final String PASSWORD = "open sesame";

    /**
     * What the server keeps of it: made with {@code set scram_iterations = 1}, since the usual 4,096 take most of the time of
     * a connection, and the tests open thousands.
     */
    static final String PASSWORD_VERIFIER =
            "SCRAM-SHA-256$1:tu0FBKMDpAtyIuZOs8TZ7Q==$ggEvfG2h/sRj1QBi/IsVX/hscgvH7un9zCPX+PlzsuU=:KI32ZudU1SBZLtikyxV4KpV8qidaH6NxeXc6lDxrfJw=";

    /** Copies the files: a third faster here than by way of the write-ahead log, and what PostgreSQL 14 does anyway. */
    private static final String COPIES =
            System.getProperty("postgresql.version", "").startsWith("14.") ? "" : " strategy file_copy";

    private static final String STRANGER = "stranger";
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final Map<String, String> TEMPLATES = new HashMap<>();

    private final TestServer server;
    private final String name;

    private TestDatabase(TestServer server, String name) {
        this.server = server;
        this.name = name;
    }

    /** A database without any table. */
    public static TestDatabase empty() {
        return empty(TestServer.running());
    }

    static TestDatabase empty(TestServer server) {
        return createFrom(server, emptyTemplate(server));
    }

    /** The audited tables with some rows, and no schema history: what the migrations find in production. */
    public static TestDatabase audited() {
        return audited("0.002");
    }

    /** The audited tables with the sample data of a scale: 1 is the audit's size and takes minutes, 0.02 seconds. */
    public static TestDatabase audited(String scale) {
        return audited(TestServer.running(), scale);
    }

    static TestDatabase audited(TestServer server, String scale) {
        return createFrom(server, template(server, scale));
    }

    /** Creates a copy of this database, to which no session may be connected meanwhile. */
    public TestDatabase copy() {
        return createFrom(server, name);
    }

    private static synchronized String template(TestServer server, String scale) {
        String empty = emptyTemplate(server);
        return TEMPLATES.computeIfAbsent(server + " audited " + scale, key -> {
            TestDatabase database = createFrom(server, empty);
            database.run(read(Path.of("db/migration/V1__audited_schema.sql")));
            database.runAsSuperuser(
                    "set dbopt.scale = '" + scale + "'", read(Path.of("db/sample/load.sql")), "reset dbopt.scale");
            return database.name;
        });
    }

    private static synchronized String emptyTemplate(TestServer server) {
        return TEMPLATES.computeIfAbsent(server + " empty", key -> {
            TestDatabase database = createFrom(server, "template0");
            database.runAsSuperuser(
                    "revoke all on schema public from public", "grant usage, create on schema public to " + OWNER);
            return database.name;
        });
    }

    private static synchronized TestDatabase createFrom(TestServer server, String template) {
        TestDatabase database = new TestDatabase(server, "test_" + COUNTER.incrementAndGet());
        server.run(
                "postgres",
                "create database " + database.name + " template " + template + COPIES,
                "revoke all on database " + database.name + " from public",
                "grant connect, temporary, create on database " + database.name + " to " + OWNER);
        return database;
    }

    /** The database of this name on another server. */
    TestDatabase on(TestServer other) {
        return new TestDatabase(other, name);
    }

    /** The address without a password. */
    public String url() {
        return server.url(name);
    }

    public String name() {
        return name;
    }

    /** A connection as the owner of the tables. */
    public Connection connect() {
        return connect(OWNER, PASSWORD);
    }

    public Connection connect(String user, String password) {
        try {
            return DriverManager.getConnection(url(), user, password);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A connection as a role that may connect, and nothing else. */
    public Connection connectAsStranger() {
        allowStranger();
        return connect(STRANGER, STRANGER);
    }

    /** The address for that role, with its password. */
    public String urlOfStranger() {
        allowStranger();
        return url() + "?user=" + STRANGER + "&password=" + STRANGER;
    }

    private void allowStranger() {
        if (query("select 1 from pg_roles where rolname = '" + STRANGER + "'").isEmpty()) {
            runAsSuperuser("create role " + STRANGER + " login password '" + STRANGER + "'");
        }
        runAsSuperuser("grant connect on database " + name + " to " + STRANGER);
    }

    public Connection connectAsSuperuser() {
        return server.connect(name);
    }

    /** Runs the statements as the owner of the tables, each committed by itself, and publishes what they counted. */
    public void run(String... statements) {
        int endsLater = 0;
        try (Connection connection = connect()) {
            runAll(connection, statements);
            if (connection.getMetaData().getDatabaseMajorVersion() >= 15) {
                runAll(connection, "select pg_stat_force_next_flush()");
            } else {
                endsLater = connection.unwrap(PGConnection.class).getBackendPID();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        if (endsLater != 0) {
            awaitEnd(endsLater);
        }
    }

    /**
     * PostgreSQL 14 sends what a session has counted when that ends, which may be after the next session has begun: an
     * ANALYZE of that one would then seem older than the rows of this one. When they are to be seen, only awaitCounters knows.
     */
    private void awaitEnd(int session) {
        Await.until(
                () -> query("select 1 from pg_stat_activity where pid = " + session)
                        .isEmpty(),
                () -> "the end of session " + session);
    }

    public void runAsSuperuser(String... statements) {
        server.run(name, statements);
    }

    /** The rows that the query returns, columns joined by " | ", null as "null". */
    public List<String> query(String query) {
        return query(server, name, query);
    }

    static List<String> query(TestServer server, String name, String query) {
        try (Connection connection = server.connect(name);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> result = new ArrayList<>();
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= columns; column++) {
                    row.add(String.valueOf(rows.getString(column)));
                }
                result.add(String.join(" | ", row));
            }
            return result;
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Waits until the server's counters say so, and fails if they never do: PostgreSQL 14 publishes them late. */
    public void awaitCounters(String condition) {
        String query = "select count(*) from pg_stat_user_tables where " + condition;
        Await.until(() -> !query(query).contains("0"), () -> "the counters to say: " + condition);
    }

    /** The definition of every index of the application's schemas, sorted; invalid ones are marked. */
    public List<String> indexes() {
        return query(
                """
                select pg_get_indexdef(i.indexrelid) || case when i.indisvalid then '' else ' INVALID' end
                from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
                where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relname not like 'flyway_schema_history%'
                order by 1
                """);
    }

    /** Indexes, constraints, storage parameters and comments of the application's schema: what an undo must restore. */
    public List<String> schema() {
        List<String> schema = new ArrayList<>(indexes());
        schema.addAll(
                query(
                        """
                select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
                from pg_constraint where connamespace = 'public'::regnamespace and conrelid::regclass::text <> 'flyway_schema_history'
                union all
                select c.oid::regclass || ' ' || coalesce(array_to_string(c.reloptions, ','), '') || ' ' || coalesce(t.spcname::text, '')
                from pg_class c left join pg_tablespace t on t.oid = c.reltablespace
                where c.relnamespace = 'public'::regnamespace and (c.reloptions is not null or t.oid is not null)
                union all
                select objoid::regclass || ' ' || objsubid || ' ' || description
                from pg_description join pg_class c on c.oid = objoid
                where classoid = 'pg_class'::regclass and c.relnamespace = 'public'::regnamespace
                union all
                select attrelid::regclass || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull || ' ' || coalesce(attstattarget, -1)
                from pg_attribute join pg_class c on c.oid = attrelid
                where c.relnamespace = 'public'::regnamespace and attnum > 0 and not attisdropped
                    and c.relname not like 'flyway_schema_history%'
                order by 1
                """));
        return schema;
    }

    /** The schema history: version, type, script and success, in the order of installation. */
    public List<String> history() {
        return query("select version, type, script, success from flyway_schema_history order by installed_rank");
    }

    /** The variables that lead a program to this database, as the owner of the tables. */
    public Map<String, String> address() {
        return address(url());
    }

    /** The variables that lead a program to this database through another address. */
    public static Map<String, String> address(String url) {
        return Map.of("FLYWAY_URL", url, "FLYWAY_USER", OWNER, "FLYWAY_PASSWORD", PASSWORD);
    }

    /** Flyway as the project configures it, on this database, as the owner of the tables. */
    public FluentConfiguration flyway() {
        return flyway(AuditedProject.project());
    }

    /** Flyway as this project configures it, on this database. */
    public FluentConfiguration flyway(MigrationProject project) {
        return project.flyway().dataSource(url(), OWNER, PASSWORD);
    }

    /** Flyway as the project configures it, with other values for these placeholders, whose names are in small letters. */
    public FluentConfiguration flyway(Map<String, String> placeholders) {
        FluentConfiguration flyway = flyway();
        Map<String, String> all = new HashMap<>(flyway.getPlaceholders());
        all.putAll(placeholders);
        return flyway.placeholders(all);
    }

    @Override
    public void close() {
        server.run("postgres", "drop database " + name + " with (force)");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void runAll(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }
}
