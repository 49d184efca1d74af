package dbopt.embedded;

import dbopt.bundled.BundledSql;
import dbopt.server.DatabaseAddress;
import dbopt.server.Rows;
import dbopt.terminal.CommandFailure;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A PostgreSQL server for trying dbopt out, in a clone of its repository: the audited tables with sample data, owned by a
 * role that is not a superuser, without a schema history. The data stay below {@code target} until {@code mvn clean}.
 */
public final class EmbeddedServer implements AutoCloseable {
    private static final String DATABASE = "audited";
    private static final String OWNER = "application";
    private static final String SUPERUSER = "postgres";

    private final Optional<EmbeddedPostgres> started;
    private final int port;

    private EmbeddedServer(Optional<EmbeddedPostgres> started, int port) {
        this.started = started;
        this.port = port;
    }

    /**
     * Starts the server, or joins the one that another command started, and prepares the database if it does not exist yet.
     *
     * @param scale the amount of sample data in a new database; 1 is the size of the audited database
     * @param announce receives the line that names the server, before any other step
     * @param progress receives the progress of long steps
     * @throws CommandFailure if the server cannot run here
     */
    public static EmbeddedServer start(
            BundledSql sql, double scale, Consumer<String> announce, Consumer<String> progress) {
        Path folder = sql.repository()
                .orElseThrow(
                        () -> new CommandFailure(
                                CommandFailure.Kind.USAGE,
                                "The embedded PostgreSQL is part of the repository; this jar stands alone.\n"
                                        + "Nothing was changed. Give the address of a database: --url, or FLYWAY_URL, FLYWAY_USER and FLYWAY_PASSWORD."))
                .resolve("target/postgresql");
        Path data = folder.resolve("data");
        try {
            Optional<Integer> running = runningOn(data);
            if (running.isPresent()) {
                return prepared(sql, Optional.empty(), running.get(), scale, announce, progress);
            }
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setOverrideWorkingDirectory(folder.toFile())
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setServerConfig("synchronous_commit", "off")
                    .start();
            return prepared(sql, Optional.of(server), server.getPort(), scale, announce, progress);
        } catch (IOException | SQLException | IllegalStateException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "The embedded PostgreSQL in " + folder + " does not start: " + e.getMessage() + "\n"
                            + "Delete that folder and try again, or give the address of a database (--url).",
                    e);
        } catch (NoClassDefFoundError e) {
            throw new CommandFailure(
                    CommandFailure.Kind.UNREACHABLE,
                    "The embedded PostgreSQL is not beside this jar (target/embedded).\n"
                            + "Nothing was changed. Build it with mvn package, or give the address of a database (--url).",
                    e);
        }
    }

    private static EmbeddedServer prepared(
            BundledSql sql,
            Optional<EmbeddedPostgres> started,
            int port,
            double scale,
            Consumer<String> announce,
            Consumer<String> progress)
            throws SQLException {
        EmbeddedServer server = new EmbeddedServer(started, port);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        prepare(sql, port, scale, announce, progress);
        return server;
    }

    /** Returns the port of the server that already runs on this data, if it answers. */
    private static Optional<Integer> runningOn(Path data) throws IOException {
        Path file = data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 4 || !lines.get(3).strip().matches("[0-9]+")) {
            return Optional.empty();
        }
        int port = Integer.parseInt(lines.get(3).strip());
        try {
            connect(port, "postgres", SUPERUSER).close();
            return Optional.of(port);
        } catch (CommandFailure | SQLException e) {
            return Optional.empty();
        }
    }

    private static void prepare(
            BundledSql sql, int port, double scale, Consumer<String> announce, Consumer<String> progress)
            throws SQLException {
        try (Connection administration = connect(port, "postgres", SUPERUSER);
                Statement statement = administration.createStatement()) {
            Optional<String> content = value(
                    administration,
                    "select shobj_description(oid, 'pg_database') from pg_database where datname = '" + DATABASE + "'");
            String wanted = "sample data at scale " + scale;
            announce.accept("Embedded PostgreSQL "
                    + value(administration, "select split_part(current_setting('server_version'), ' ', 1)")
                            .orElseThrow()
                    + " in target/postgresql: the audited schema, " + content.orElse(wanted));
            if (content.isEmpty()) {
                progress.accept("Loading the " + wanted + ", once ...");
                if (value(administration, "select rolname from pg_roles where rolname = '" + OWNER + "'")
                        .isEmpty()) {
                    statement.execute("create role " + OWNER + " login");
                }
                // The database has another name until it is complete: an interrupted preparation starts again.
                statement.execute("drop database if exists preparing with (force)");
                statement.execute("create database preparing");
                statement.execute("grant create, temporary on database preparing to " + OWNER);
                load(sql, port, scale);
                statement.execute("comment on database preparing is '" + wanted + "'");
                statement.execute("alter database preparing rename to " + DATABASE);
            }
        }
    }

    private static void load(BundledSql sql, int port, double scale) throws SQLException {
        try (Connection superuser = connect(port, "preparing", SUPERUSER);
                Statement statement = superuser.createStatement()) {
            statement.execute("grant usage, create on schema public to " + OWNER);
            statement.execute("set role " + OWNER);
            statement.execute(sql.read("db/migration/V1__audited_schema.sql"));
            statement.execute("reset role");
            statement.execute("set dbopt.scale = '" + scale + "'");
            statement.execute(sql.read("db/sample/load.sql"));
        }
    }

    private static Optional<String> value(Connection connection, String query) throws SQLException {
        return Rows.first(connection, query, row -> row.getString(1));
    }

    private static Connection connect(int port, String database, String user) {
        return address(port, database, user).connect("dbopt embedded");
    }

    private static DatabaseAddress address(int port, String database, String user) {
        return new DatabaseAddress(
                "jdbc:postgresql://localhost:" + port + "/" + database, Optional.of(user), Optional.of(""));
    }

    /** Returns the address of the prepared database, for the role that owns its tables. */
    public DatabaseAddress address() {
        return address(port, DATABASE, OWNER);
    }

    /** Stops the server if this object started it. A second call does no harm. */
    @Override
    public void close() {
        try {
            if (started.isPresent()) {
                started.get().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
