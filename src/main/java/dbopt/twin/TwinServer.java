package dbopt.twin;

import dbopt.server.DatabaseAddress;
import dbopt.terminal.CommandFailure;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Runs the embedded PostgreSQL in a twin's folder. Its superuser has a random password. */
final class TwinServer implements TwinHost {
    private static final String SUPERUSER = "postgres";

    /**
     * Settings for a server that need not survive a crash, does not change by itself, and writes nothing of its contents to
     * a log.
     */
    private static final Map<String, String> SETTINGS = Map.of(
            "autovacuum", "off",
            "full_page_writes", "off",
            "wal_level", "minimal",
            "max_wal_senders", "0",
            "synchronous_commit", "off",
            // pages that are written while the server is stopped have no valid checksum
            "ignore_checksum_failure", "on",
            "log_min_messages", "panic",
            "log_min_error_statement", "panic",
            "max_locks_per_transaction", "1024");

    private final TwinFolder folder;
    private final TwinRemover remover;
    private final Path cache;
    private final Binaries binaries;
    private final String password;
    private final Thread hook = new Thread(this::tryToClose, "twin");
    private EmbeddedPostgres running;
    private boolean closed;

    private TwinServer(TwinFolder folder, Path cache, Binaries binaries, String password) {
        this.folder = folder;
        this.remover = TwinRemover.of(folder.path());
        this.cache = cache;
        this.binaries = binaries;
        this.password = password;
    }

    /** Creates an empty server and starts it. */
    static TwinServer start(int major, Map<String, String> environment) {
        Path cache = TwinFolder.cache(environment);
        Binaries binaries = Binaries.of(major, cache, environment);
        TwinServer server = new TwinServer(TwinFolder.make(cache), cache, binaries, Twin.newPassword());
        Runtime.getRuntime().addShutdownHook(server.hook);
        server.start();
        return server;
    }

    private synchronized void start() {
        if (closed) {
            throw failed("you interrupted it", null);
        }
        Path secret = folder.path().resolve("password");
        try {
            Files.writeString(secret, password);
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                    .setDataDirectory(folder.data())
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setOverrideWorkingDirectory(
                            cache.resolve("binaries").toAbsolutePath().toFile())
                    .setPgBinaryResolver(binaries)
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setConnectConfig("password", password)
                    .setLocaleConfig("locale", "C")
                    .setLocaleConfig("auth", "scram-sha-256")
                    .setLocaleConfig("pwfile", secret.toString());
            SETTINGS.forEach(builder::setServerConfig);
            builder.setServerConfig("unix_socket_directories", "''");
            running = builder.start();
            Files.deleteIfExists(secret);
        } catch (IOException | IllegalStateException e) {
            close();
            throw failed(e.getMessage(), e);
        }
    }

    private static CommandFailure failed(String why, Exception cause) {
        return new CommandFailure(
                CommandFailure.Kind.UNREACHABLE,
                """
                The twin, an embedded PostgreSQL, does not start: %s
                Nothing was changed. PostgreSQL does not run as root: use another user; or give a server of your own to be the twin, of the same major version and without data: --twin ADDRESS"""
                        .formatted(why),
                cause);
    }

    /** Stops the server, after which its files are complete on the disk. */
    private synchronized void stop() throws IOException {
        if (running != null) {
            running.close();
            running = null;
        }
        TwinFolder.endServer(folder.data());
    }

    @Override
    public void resize(TwinFiles files) throws IOException, SQLException {
        // a checkpoint writes all files however long it takes; a stop, which is cut short after a while, then has
        // little left to
        // write
        try (Connection superuser = address(Twin.DATABASE).connect("dbopt twin");
                Statement statement = superuser.createStatement()) {
            statement.execute("checkpoint");
        }
        stop();
        files.extend(folder.data());
        start();
    }

    @Override
    public Optional<String> note() {
        return Optional.empty();
    }

    @Override
    public synchronized DatabaseAddress address(String database) {
        if (running == null) {
            throw failed("you interrupted it", null);
        }
        return new DatabaseAddress(
                "jdbc:postgresql://localhost:" + running.getPort() + "/" + database,
                Optional.of(SUPERUSER),
                Optional.of(password));
    }

    private void tryToClose() {
        try {
            close();
        } catch (CommandFailure e) {
            System.err.println(e.getMessage());
        }
    }

    /** Stops the server and removes its folder. A second call has no effect. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            stop();
            folder.close();
            remover.close();
        } catch (IOException e) {
            throw new CommandFailure(
                    CommandFailure.Kind.FAILED,
                    "The twin's folder " + folder.path()
                            + " cannot be removed; it holds values of the data: remove it.",
                    e);
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // the process is ending, and this is its shutdown hook
        }
    }
}
