package dbopt;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real PgBouncer in front of the tests' server, for one database and the owner of its tables. */
final class PgBouncer implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");

    private final Process process;
    private final Path folder;
    private final String url;

    private PgBouncer(Process process, Path folder, String url) {
        this.process = process;
        this.folder = folder;
        this.url = url;
    }

    static boolean isPossible() {
        return Files.isExecutable(PROGRAM);
    }

    /** Starts PgBouncer with these settings, for example {@code pool_mode = transaction}; returns when it listens. */
    static PgBouncer before(TestDatabase database, String... settings) {
        try {
            // directly below /tmp, which the user that runs PgBouncer can read
            Path folder = Files.createTempDirectory(
                    Path.of("/tmp"),
                    "pgbouncer",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            int port = freePort();
            Path users = Files.writeString(
                    folder.resolve("users"), "\"" + TestDatabase.OWNER + "\" \"" + TestDatabase.PASSWORD + "\"\n");
            Path configuration = Files.writeString(
                    folder.resolve("pgbouncer.ini"),
                    """
                    [databases]
                    * = %s
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = trust
                    auth_file = %s
                    log_connections = 0
                    log_disconnections = 0
                    %s
                    """
                            .formatted(server(database), port, users, String.join("\n", settings)));
            Process process = start(configuration);
            awaitListening(process);
            return new PgBouncer(process, folder, "jdbc:postgresql://localhost:" + port + "/" + database.name());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the database is, as PgBouncer writes it; by number, as it would take turns among the addresses of a name. */
    private static String server(TestDatabase database) throws UnknownHostException {
        String place = database.url().replaceFirst("^jdbc:postgresql://", "").replaceFirst("/.*", "");
        int colon = place.lastIndexOf(':');
        return "host=" + InetAddress.getByName(place.substring(0, colon)).getHostAddress() + " port="
                + place.substring(colon + 1);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Starts PgBouncer as the user postgres if the tests run as root, which PgBouncer refuses. */
    private static Process start(Path configuration) throws IOException {
        List<String> program = new ArrayList<>(List.of(PROGRAM.toString()));
        if (System.getProperty("user.name").equals("root")) {
            program.addAll(List.of("-u", "postgres"));
        }
        program.add(configuration.toString());
        return new ProcessBuilder(program).redirectErrorStream(true).start();
    }

    private static void awaitListening(Process process) throws IOException {
        BufferedReader log =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            said.append(line).append('\n');
            if (line.contains("process up")) {
                return;
            }
        }
        throw new IllegalStateException("PgBouncer did not start:\n" + said);
    }

    String url() {
        return url;
    }

    @Override
    public void close() {
        try {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            for (String file : List.of("users", "pgbouncer.ini", "")) {
                Files.delete(folder.resolve(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
