package dbopt;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** An embedded PostgreSQL of one test's own, which can be stopped as if the power had gone, and started again. */
public final class OwnServer implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 90;

    private final EmbeddedPostgres embedded;
    private final Path data;
    private final TestServer server;
    private final List<String> program;

    private OwnServer(EmbeddedPostgres embedded, Path data) throws IOException {
        this.embedded = embedded;
        this.data = data;
        this.server = new TestServer("localhost", embedded.getPort());
        ProcessHandle.Info process = process().info();
        this.program = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            program.addAll(List.of("unshare", "-U")); // it refuses to run as root
        }
        program.add(process.command().orElseThrow());
        program.addAll(List.of(process.arguments().orElseThrow()));
    }

    /**
     * Starts it.
     *
     * @param folder where its data may lie
     */
    public static OwnServer start(Path folder) {
        return start(folder, Map.of());
    }

    /**
     * The same with these settings.
     *
     * @param folder where its data may lie
     */
    public static OwnServer start(Path folder, Map<String, String> settings) {
        Path data = folder.resolve("data");
        EmbeddedPostgres.Builder builder = EmbeddedTestServer.builder().setDataDirectory(data);
        TestServer.SETTINGS.forEach(builder::setServerConfig);
        // a commit survives when the server is stopped
        builder.setServerConfig("synchronous_commit", "on");
        settings.forEach(builder::setServerConfig);
        try {
            OwnServer own = new OwnServer(builder.start(), data);
            own.server.prepare();
            return own;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A database without any table. */
    public TestDatabase empty() {
        return TestDatabase.empty(server);
    }

    /** The audited tables with some rows, and no schema history. */
    public TestDatabase audited() {
        return audited("0.002");
    }

    /** The audited tables with sample data of this scale: 1 is the size of the audited database. */
    public TestDatabase audited(String scale) {
        return TestDatabase.audited(server, scale);
    }

    /** Runs the statements as the superuser, each committed by itself. */
    public void run(String... statements) {
        server.run("postgres", statements);
    }

    /** The result of a superuser's query in the database postgres, one line per row. */
    public List<String> query(String query) {
        return TestDatabase.query(server, "postgres", query);
    }

    /** The address of a database on it, without a password. */
    public String url(String name) {
        return server.url(name);
    }

    private ProcessHandle process() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0));
        return ProcessHandle.of(pid).orElseThrow();
    }

    /** Kills every process of the server, without flushing to disk; returns when they have ended. */
    public void stopImmediately() {
        stop("-QUIT");
    }

    /** Stops the server as an administrator does, which keeps the counters. */
    public void stopCleanly() {
        stop("-INT");
    }

    private void stop(String signal) {
        try {
            ProcessHandle process = process();
            new ProcessBuilder("kill", signal, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
            process.onExit().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Restarts the server on the same data and port; returns when it has recovered and accepts clients. */
    public void startAgain() {
        startAgain(Map.of());
    }

    /** Restarts the server with these environment variables, which its child processes inherit. */
    public void startAgain(Map<String, String> environment) {
        AtomicReference<Process> process = new AtomicReference<>(startProcess(environment));
        Await.until(
                () -> {
                    if (letsIn()) {
                        return true;
                    }
                    if (!process.get().isAlive()) { // the previous server process had not quite ended
                        process.set(startProcess(environment));
                    }
                    return false;
                },
                () -> "the server to start again");
    }

    private boolean letsIn() {
        try {
            DriverManager.getConnection(server.url("postgres"), TestServer.SUPERUSER, TestServer.SUPERUSER_PASSWORD)
                    .close();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private Process startProcess(Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(program)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(data.toFile(), "restarted.log")));
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A standby that streams from this one. This one is restarted for it.
     *
     * @param folder where its data may lie
     */
    public OwnServer startStandby(Path folder) {
        stopCleanly();
        try {
            Files.writeString(
                    data.resolve("pg_hba.conf"), "\nhost replication postgres all trust\n", StandardOpenOption.APPEND);
            OwnServer standby = new OwnServer(this, folder.resolve("data"));
            startAgain();
            standby.startAgain();
            return standby;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private OwnServer(OwnServer primary, Path data) throws IOException, InterruptedException {
        Files.createDirectories(data.getParent());
        new ProcessBuilder("cp", "-a", primary.data.toString(), data.toString())
                .inheritIO()
                .start()
                .waitFor();
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        this.embedded = null;
        this.data = data;
        this.server = new TestServer("localhost", port);
        this.program = new ArrayList<>(primary.program);
        program.replaceAll(argument -> argument.equals(primary.data.toString())
                ? data.toString()
                : argument.equals(String.valueOf(primary.server.port())) ? String.valueOf(port) : argument);
        Files.createFile(data.resolve("standby.signal"));
        Files.writeString(
                data.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=localhost port=%d user=postgres'%n".formatted(primary.server.port()),
                StandardOpenOption.APPEND);
        // the counters are its own
        try (DirectoryStream<Path> counters = Files.newDirectoryStream(data.resolve("pg_stat"))) {
            for (Path file : counters) {
                Files.delete(file);
            }
        }
    }

    /** The database of the same name on this server, where it must exist. */
    public TestDatabase same(TestDatabase database) {
        return database.on(server);
    }

    /** Makes a standby the primary. */
    public void promote() {
        run("select pg_promote(true, 90)");
    }

    /** Restarts the server as a read-only standby, which it stays until its folder is deleted. */
    public void becomeStandby() {
        stopImmediately();
        try {
            Files.createFile(data.resolve("standby.signal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        startAgain();
    }

    @Override
    public void close() {
        if (embedded == null) {
            stopImmediately();
            return;
        }
        try {
            embedded.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
