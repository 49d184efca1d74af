package dbopt.bench;

import dbopt.project.MigrationProject;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The server that is measured on: its data stay in {@code target/bench}, one folder a scale, for the next run. Full-page
 * images are off, since how many there are depends on when the last checkpoint was, and not on the indexes.
 */
final class BenchServer implements AutoCloseable {
    static final String OWNER = "application";
    static final String AUDITED = "audited";
    static final String WITHOUT_DATA = "without_data";
    private static final String SUPERUSER = "postgres";

    private final EmbeddedPostgres server;

    private BenchServer(EmbeddedPostgres server) {
        this.server = server;
    }

    /** Starts the server of this scale, and loads the audited schema with sample data if it has none yet. */
    static BenchServer start(MigrationProject project, String scale) throws IOException, SQLException {
        Path data = Path.of("target", "bench", "scale-" + scale);
        Files.createDirectories(data.getParent());
        BenchServer started = new BenchServer(EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPGStartupWait(Duration.ofMinutes(2))
                .setServerConfig("full_page_writes", "off")
                .setServerConfig("autovacuum", "off")
                .setServerConfig("random_page_cost", "1.1")
                .setServerConfig("max_wal_size", "8GB")
                .setServerConfig("checkpoint_timeout", "1h")
                .start());
        if (started.rows("postgres", "select datname from pg_database where datname = 'audited'")
                .isEmpty()) {
            started.load(project, scale);
        }
        started.create(WITHOUT_DATA);
        started.run(WITHOUT_DATA, project.read("db/migration/V1__audited_schema.sql"));
        return started;
    }

    private void load(MigrationProject project, String scale) throws SQLException {
        if (rows("postgres", "select rolname from pg_roles where rolname = '" + OWNER + "'")
                .isEmpty()) {
            runAs(SUPERUSER, "postgres", "create role " + OWNER + " login");
        }
        runAs(SUPERUSER, "postgres", "drop database if exists preparing with (force)", "create database preparing");
        runAs(
                SUPERUSER,
                "preparing",
                "grant create, temporary on database preparing to " + OWNER,
                "grant usage, create on schema public to " + OWNER,
                "set role " + OWNER,
                project.read("db/migration/V1__audited_schema.sql"),
                "reset role",
                "set dbopt.scale = '" + scale + "'",
                project.read("db/sample/load.sql"));
        rename("preparing", AUDITED);
    }

    void rename(String database, String name) throws SQLException {
        runAs(SUPERUSER, "postgres", "alter database " + database + " rename to " + name);
    }

    /** An empty database for the owner, in place of one of the same name. */
    void create(String database) throws SQLException {
        runAs(
                SUPERUSER,
                "postgres",
                "drop database if exists " + database + " with (force)",
                "create database " + database + " owner " + OWNER);
    }

    /** The catalogs belong to the superuser, and autovacuum, which would see to them, is off. */
    void vacuumWithCatalogs(String database) throws SQLException {
        runAs(SUPERUSER, database, "vacuum analyze");
    }

    int port() {
        return server.getPort();
    }

    String url(String database) {
        return "jdbc:postgresql://localhost:" + port() + "/" + database;
    }

    /** The variables that lead a program to this database, as the owner of the tables. */
    Map<String, String> address(String database) {
        return Map.of("FLYWAY_URL", url(database), "FLYWAY_USER", OWNER, "FLYWAY_PASSWORD", "");
    }

    /** A connection as the owner of the tables, who is not a superuser. */
    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), OWNER, "");
    }

    void run(String database, String... statements) throws SQLException {
        runAs(OWNER, database, statements);
    }

    private void runAs(String user, String database, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(database), user, "");
                Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }

    /** The rows of a query, each as its columns. */
    List<List<String>> rows(String database, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(database), SUPERUSER, "");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            List<List<String>> rows = new ArrayList<>();
            while (row.next()) {
                List<String> columns = new ArrayList<>();
                for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                    columns.add(row.getString(column));
                }
                rows.add(columns);
            }
            return rows;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
