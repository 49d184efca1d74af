package dbopt;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * The one PostgreSQL server of a test run: in a container where Docker answers, else embedded. {@code -Dtest.db=container}
 * or {@code embedded} demands one of them, {@code -Dpostgresql.version} another version. No test knows which it got.
 */
record TestServer(String host, int port) {
    static final String SUPERUSER = "postgres";
    static final String SUPERUSER_PASSWORD = "postgres";

    /** Sorts by bytes and speaks English, whatever the developer's machine does. */
    static final String LOCALE = "C";

    /** synchronous_commit stays on: otherwise a VACUUM right after a commit would find no page all-visible. */
    static final Map<String, String> SETTINGS = Map.of(
            "fsync",
            "off",
            "full_page_writes",
            "off",
            "max_connections",
            "200",
            "autovacuum",
            "off",
            "synchronous_commit",
            "on",
            "max_prepared_transactions",
            "10");

    /** Everybody but the superuser needs the password, as on a real server. */
    private static final String DEMAND_PASSWORDS =
            """
            do $$ begin
                execute format(
                    'copy (select line from string_to_table(%L || pg_read_file(%L), chr(10)) line) to %L',
                    E'host all postgres all trust\nhost all all all scram-sha-256\n',
                    current_setting('hba_file'), current_setting('hba_file'));
                perform pg_reload_conf();
            end $$
            """;

    private static TestServer running;
    private static String failure;

    /** The server, started when first asked for. It ends with the tests. */
    static synchronized TestServer running() {
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        if (running == null) {
            try {
                running = start(System.getProperty("test.db", "auto"));
            } catch (RuntimeException e) {
                failure = e.getMessage();
                throw e;
            }
            running.prepare();
        }
        return running;
    }

    /** Makes the role that owns the application's tables. */
    void prepare() {
        run(
                "postgres",
                "create role " + TestDatabase.OWNER + " login nosuperuser password '" + TestDatabase.PASSWORD_VERIFIER
                        + "'",
                DEMAND_PASSWORDS);
    }

    private static TestServer start(String kind) {
        return switch (kind) {
            case "container" -> ContainerServer.start();
            case "embedded" -> EmbeddedTestServer.start();
            case "auto" -> ContainerServer.isPossible() ? startInContainerIfItCan() : EmbeddedTestServer.start();
            default -> throw new IllegalArgumentException(
                    "-Dtest.db=%s: there is container, embedded and auto".formatted(kind));
        };
    }

    /** Falls back to an embedded server if Docker has no image and cannot pull one, unless a container is demanded. */
    private static TestServer startInContainerIfItCan() {
        try {
            return ContainerServer.start();
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage() + "\nSo they run on the embedded one now.");
            return EmbeddedTestServer.start();
        }
    }

    String url(String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(host, port, database);
    }

    Connection connect(String database) {
        try {
            return DriverManager.getConnection(url(database), SUPERUSER, SUPERUSER_PASSWORD);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs the statements as the superuser, each committed by itself. */
    void run(String database, String... statements) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Says on which server the tests run, once, in the build's output. */
    TestServer announce(String where) {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet version = statement.executeQuery("show server_version")) {
            version.next();
            System.out.printf("Testing on PostgreSQL %s, %s.%n", version.getString(1), where);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return this;
    }
}
