package dbopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dbopt.server.DatabaseAddress;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** As on Heroku: the address in one variable, TLS or nothing, and a role that owns its database and is not a superuser. */
@Tag("entrypoints")
@Timeout(180)
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux answers on 127.0.0.2")
class HerokuTest {
    private static final Path GUIDE = Path.of("dev/guides/HEROKU.md");
    private static final String ROLE = "u1a2b3";
    private static final String DATABASE = "d4e5f6";
    private static final String PASSWORD = "p/4:s@s?w#r%d +&";

    @TempDir
    private static Path folder;

    private static TlsServer server;

    @BeforeAll
    static void start() throws IOException {
        try {
            server = TlsServer.start(folder);
        } catch (RuntimeException e) {
            if (System.getProperty("test.db", "auto").equals("embedded")) {
                throw e;
            }
            System.out.println("The embedded PostgreSQL does not start here: TLS is NOT tested. " + e.getMessage());
            abort("no embedded PostgreSQL");
        }
        server.run("postgres", "create role " + ROLE + " login nosuperuser password '" + PASSWORD + "'");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void the_application_made_its_tables() throws IOException {
        server.run(
                "postgres",
                "drop database if exists " + DATABASE + " with (force)",
                "create database " + DATABASE + " owner " + ROLE);
        server.run(DATABASE, "set role " + ROLE, Files.readString(Path.of("db/migration/V1__audited_schema.sql")));
    }

    /** What Heroku would set; percent-encoded, as every special character in it has to be. */
    private static String address(String host, String parameters) {
        return "postgres://" + ROLE + ":" + encoded() + "@" + host + ":" + server.port() + "/" + DATABASE + parameters;
    }

    private static String encoded() {
        return URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static CommandRun dbopt(String address, String... arguments) {
        return CommandRun.with(Map.of("DATABASE_URL", address), arguments);
    }

    @Test
    void every_command_of_the_guide_works_with_only_DATABASE_URL_and_reveals_no_password() {
        for (Guide.Block block : Guide.blocks(GUIDE)) {
            for (String command : block.commands()) {
                if (command.startsWith("./scripts/dbopt ")) {
                    String[] words = command.split(" ", -1);
                    CommandRun run = dbopt(address("127.0.0.2", ""), Arrays.copyOfRange(words, 1, words.length));
                    assertThat(run.exitCode()).as(command + "\n" + run.error()).isZero();
                    assertThat(run.output() + run.error()).doesNotContain(PASSWORD, encoded());
                } else {
                    assertThat(command).matches("(export [A-Z_]+=.*|heroku .*|flyway .*)");
                }
            }
        }
        assertThat(Guide.blocks(GUIDE).toString())
                .contains("dbopt migrate", "dbopt maintain", "dbopt audit", "dbopt health", "dbopt undo --target 2");
    }

    @Test
    void connections_to_another_host_use_TLS_by_default() throws SQLException {
        try (Connection connection = DatabaseAddress.parse(address("127.0.0.2", ""), "DATABASE_URL")
                        .connect("test");
                ResultSet row = connection
                        .createStatement()
                        .executeQuery("select ssl, usesuper from pg_stat_ssl join pg_user on usename = user"
                                + " where pid = pg_backend_pid()")) {
            row.next();
            assertThat(row.getBoolean("ssl")).isTrue();
            assertThat(row.getBoolean("usesuper")).isFalse();
        }
    }

    @Test
    void a_server_that_requires_TLS_refuses_a_connection_without_it() {
        CommandRun run = dbopt(address("127.0.0.2", "?sslmode=disable"), "migrate");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.error())
                .isEqualTo(
                        """
                        Cannot connect to 127.0.0.2:%1$d/%2$s as %3$s: no pg_hba.conf entry for host "127.0.0.1", user "%3$s", database "%2$s", no encryption
                        Nothing was changed. Check the address, the user and the password (from DATABASE_URL; FLYWAY_URL would override it).
                        """
                                .formatted(server.port(), DATABASE, ROLE));
    }

    @Test
    void a_host_without_TLS_is_refused_unless_the_address_allows_it() {
        server.setTls("off");
        try {
            CommandRun run = dbopt(address("127.0.0.2", ""), "migrate");
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.error())
                    .isEqualTo(
                            """
                            Cannot connect to 127.0.0.2:%d/%s as %s: The server does not support SSL.
                            Nothing was changed. To connect without TLS, on a network that nobody can eavesdrop on, add ?sslmode=disable to the address.
                            """
                                    .formatted(server.port(), DATABASE, ROLE));
        } finally {
            server.setTls("on");
        }
    }

    @Test
    void flyway_alone_accepts_the_address_in_JDBC_form() {
        String place = "jdbc:postgresql://127.0.0.2:" + server.port() + "/" + DATABASE;
        assertThat(migrated(place + "?sslmode=require", ROLE, PASSWORD)).isEqualTo(8);
        // as Heroku's Java buildpack writes it: nothing is left to do
        assertThat(migrated(place + "?password=" + encoded() + "&sslmode=require&user=" + ROLE, null, null))
                .isZero();
        assertThatThrownBy(() -> migrated(place + "?sslmode=disable", ROLE, PASSWORD))
                .isInstanceOf(FlywayException.class)
                .hasMessageContaining("no encryption");
    }

    private static int migrated(String url, String user, String password) {
        return AuditedProject.project()
                .flyway()
                .dataSource(url, user, password)
                .load()
                .migrate()
                .migrationsExecuted;
    }
}
