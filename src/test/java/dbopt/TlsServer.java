package dbopt;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;

/**
 * An embedded PostgreSQL of its own that asks for TLS, as Heroku's do: only the superuser can connect without it. It listens
 * on 127.0.0.1, which is this machine, and on 127.0.0.2, which counts as another.
 */
final class TlsServer implements AutoCloseable {
    private static final char[] STORE_PASSWORD = "not a secret".toCharArray();

    private final EmbeddedPostgres server;

    private TlsServer(EmbeddedPostgres server) {
        this.server = server;
    }

    /** @param folder where the certificate may lie */
    static TlsServer start(Path folder) {
        try {
            KeyStore.PrivateKeyEntry identity = identity(folder.resolve("identity.p12"));
            Path key = Files.createFile(
                    folder.resolve("server.key"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(key, pem("PRIVATE KEY", identity.getPrivateKey().getEncoded()));
            Path certificate = Files.writeString(
                    folder.resolve("server.crt"),
                    pem("CERTIFICATE", identity.getCertificate().getEncoded()));
            Path access = Files.writeString(
                    folder.resolve("pg_hba.conf"),
                    """
                    host    all postgres all trust
                    hostssl all all      all scram-sha-256
                    """);
            TlsServer server = new TlsServer(EmbeddedTestServer.builder()
                    .setServerConfig("listen_addresses", "127.0.0.1,127.0.0.2")
                    .setServerConfig("password_encryption", "scram-sha-256")
                    .setServerConfig("fsync", "off")
                    .setServerConfig("ssl_cert_file", certificate.toString())
                    .setServerConfig("ssl_key_file", key.toString())
                    .setServerConfig("hba_file", access.toString())
                    .start());
            server.setTls("on");
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A key and a certificate that vouches for itself, made by the JDK's keytool. */
    private static KeyStore.PrivateKeyEntry identity(Path store) throws IOException, GeneralSecurityException {
        String password = String.valueOf(STORE_PASSWORD);
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        password,
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(store).as(said).exists();
        try (InputStream file = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(file, STORE_PASSWORD);
            return (KeyStore.PrivateKeyEntry) keys.getEntry("server", new KeyStore.PasswordProtection(STORE_PASSWORD));
        }
    }

    private static String pem(String kind, byte[] content) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + kind
                + "-----\n";
    }

    /** Offers TLS, {@code on} or {@code off}; returns when new connections find it so. */
    void setTls(String value) {
        run("postgres", "alter system set ssl = " + value, "select pg_reload_conf()");
        String found = "";
        while (!found.equals(value)) {
            try (Connection connection = connectAsSuperuser("postgres");
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("show ssl")) {
                row.next();
                found = row.getString(1);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    int port() {
        return server.getPort();
    }

    private Connection connectAsSuperuser(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port() + "/" + database, "postgres", "");
    }

    /** Runs the statements as the superuser, each committed by itself. */
    void run(String database, String... statements) {
        try (Connection connection = connectAsSuperuser(database);
                Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
