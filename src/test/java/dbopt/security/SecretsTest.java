package dbopt.security;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command, with every way to pass a password and every failure to connect: the password never appears in the output. */
@Tag("anyversion")
class SecretsTest {
    private static final String SECRET = "Zauberwort-4711 &%'\"+";
    private static final String RECOGNISED = "Zauberwort";
    private static final String ROLE = "holder_of_the_secret";

    private static TestDatabase database;

    @TempDir
    private static Path folder;

    /** The options on the command line in addition to the command, and the environment variables. */
    record Way(String name, int exitCode, Map<String, String> environment, List<String> options) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void createRole() {
        database = TestDatabase.audited();
        database.runAsSuperuser("create role " + ROLE + " login password '" + SECRET.replace("'", "''") + "' in role "
                + TestDatabase.OWNER);
    }

    @AfterAll
    static void drop() {
        database.close();
        try (TestDatabase other = TestDatabase.empty()) {
            other.runAsSuperuser("drop role " + ROLE);
        }
    }

    private static List<String> commands() {
        Path plans = folder.resolve("plans.json");
        return List.of(
                "migrate",
                "info",
                "undo --dry-run",
                "audit --format json",
                "maintain --dry-run",
                "plans record " + plans,
                "plans compare " + plans,
                "health --history " + folder.resolve("history.jsonl"));
    }

    private static Way way(String name, int exitCode, Map<String, String> environment, String... options) {
        return new Way(name, exitCode, environment, List.of(options));
    }

    private static Map<String, String> flyway(String url, String password) {
        return Map.of("FLYWAY_URL", url, "FLYWAY_USER", ROLE, "FLYWAY_PASSWORD", password);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static Stream<Way> ways() throws IOException {
        String url = database.url();
        String place = url.substring("jdbc:postgresql://".length());
        String inQuery = "?user=" + ROLE + "&password=" + encoded(SECRET);
        String uri = "postgres://" + ROLE + ":" + encoded(SECRET) + "@" + place;
        Path file = Files.writeString(folder.resolve("password"), SECRET + "\n");
        Path wrong = Files.writeString(folder.resolve("wrong"), "no " + SECRET + "\n");
        return Stream.of(
                way("the environment", 0, flyway(url, SECRET)),
                way("DATABASE_URL", 0, Map.of("DATABASE_URL", uri)),
                way("--url with the password in its query", 0, Map.of(), "--url", url + inQuery),
                way("a file", 0, Map.of(), "--url", url, "--user", ROLE, "--password-file", file.toString()),
                way("a wrong password", 3, flyway(url, "no " + SECRET)),
                way(
                        "a wrong password in a file",
                        3,
                        Map.of(),
                        "--url",
                        url,
                        "--user",
                        ROLE,
                        "--password-file",
                        wrong + ""),
                way("a wrong password in the address", 3, Map.of("DATABASE_URL", uri.replace("4711", "4712"))),
                way("a wrong password in the query", 3, Map.of("FLYWAY_URL", url + inQuery.replace("4711", "4712"))),
                way("a role that is none", 3, Map.of("DATABASE_URL", uri.replace(ROLE, "nobody"))),
                way("a database that is none", 3, Map.of("DATABASE_URL", uri + "_not")),
                way("TLS that the server has not", 3, Map.of("DATABASE_URL", uri + "?sslmode=require")),
                way(
                        "a host that is none",
                        3,
                        Map.of("DATABASE_URL", "postgres://" + ROLE + ":" + encoded(SECRET) + "@nowhere.invalid/x")),
                way(
                        "nobody there",
                        3,
                        Map.of("DATABASE_URL", "postgres://" + ROLE + ":" + encoded(SECRET) + "@127.0.0.1:1/x")),
                way(
                        "a password that is not encoded",
                        2,
                        Map.of("DATABASE_URL", "postgres://" + ROLE + ":" + SECRET + "@" + place)),
                way(
                        "a password before the host of a JDBC address",
                        2,
                        Map.of("FLYWAY_URL", "jdbc:postgresql://" + ROLE + ":" + RECOGNISED + "@" + place)),
                way("a broken encoding", 2, Map.of("FLYWAY_URL", url + "?password=" + RECOGNISED + "%zz")),
                way(
                        "another kind of database",
                        2,
                        Map.of("DATABASE_URL", "mysql://" + ROLE + ":" + encoded(SECRET) + "@" + place)),
                way("no address", 2, Map.of("CI", "true", "FLYWAY_PASSWORD", SECRET)),
                way(
                        "a password file that is none",
                        2,
                        Map.of("FLYWAY_PASSWORD", SECRET),
                        "--url",
                        url + inQuery,
                        "--password-file",
                        folder + ""),
                way("the password after --password", 2, Map.of("FLYWAY_URL", url), "--password", SECRET),
                way("the password after --password=", 2, Map.of("FLYWAY_URL", url), "--password=" + SECRET),
                way("the address after an option that is none", 2, Map.of(), "--urll", uri),
                way("the address after an option that is none, in JDBC's form", 2, Map.of(), "--urll", url + inQuery),
                way("the address where a number belongs", 2, Map.of(), "--scale", uri));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void the_password_never_appears_in_the_output(Way way) {
        for (String command : commands()) {
            List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
            arguments.addAll(way.options());
            CommandRun run = CommandRun.with(way.environment(), arguments.toArray(String[]::new));
            assertThat(run.output() + run.error())
                    .as(command)
                    .doesNotContain(RECOGNISED)
                    .doesNotContain("\tat ");
            assertThat(run.exitCode()).as("%s: %s", command, run.error()).isEqualTo(way.exitCode());
        }
        assertThat(filesWith(RECOGNISED)).containsOnly("password", "wrong");
    }

    private static List<String> filesWith(String text) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> found = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file).contains(text)) {
                    found.add(folder.relativize(file).toString());
                }
            }
            return found;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void a_server_that_speaks_another_language_is_reported_without_the_password() throws IOException {
        try (ServerSocket stranger = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread answers = new Thread(() -> {
                while (!stranger.isClosed()) {
                    try (var connection = stranger.accept();
                            OutputStream out = connection.getOutputStream()) {
                        out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            answers.setDaemon(true);
            answers.start();
            CommandRun run = CommandRun.with(
                    Map.of(
                            "DATABASE_URL",
                            "postgres://me:" + encoded(SECRET) + "@127.0.0.1:" + stranger.getLocalPort() + "/x"),
                    "info");
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.error()).startsWith("Cannot connect to 127.0.0.1:").doesNotContain(RECOGNISED);
        }
    }

    @Test
    void a_password_on_the_command_line_causes_a_warning() {
        CommandRun run = CommandRun.with(
                Map.of(), "audit", "--url", database.url() + "?user=" + ROLE + "&password=" + encoded(SECRET));
        assertThat(run.error())
                .startsWith(
                        """
                        WARNING: everyone on this machine can read the password in --url while this runs, and it may stay in the shell's history. Give it by FLYWAY_PASSWORD, --password-file or --password.
                        """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "migrate --password SECRET",
                "migrate --url x --password SECRET --user me",
                "migrate --password -SECRET",
                "health --password=SECRET",
                "plans record --password SECRET plans.json",
                "plans record plans.json --runs 3 --password SECRET",
                "plans --password SECRET",
                "plans --password SECRET record plans.json",
                "--password SECRET migrate"
            })
    void a_password_after_the_password_option_is_refused_and_not_repeated(String arguments) {
        CommandRun run = CommandRun.with(
                Map.of(),
                Stream.of(arguments.split(" "))
                        .map(argument -> argument.replace("SECRET", SECRET))
                        .toArray(String[]::new));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .isEqualTo(
                        """
                        --password asks for the password. It takes none here, where everyone on this machine could read it.
                        Nothing was done. In a script use FLYWAY_PASSWORD or --password-file FILE.
                        """);
    }

    @Test
    void an_option_or_file_after_the_password_option_is_not_taken_for_a_password() {
        assertThat(CommandRun.with(Map.of(), "migrate", "--password", "-h").output())
                .startsWith("Usage: dbopt migrate");
        assertThat(CommandRun.with(Map.of(), "plans", "record", "--password", "plans.json", "--nonsense")
                        .error())
                .startsWith("Unknown option: '--nonsense'\nNothing was done.\n");
    }

    @Test
    void a_failing_migration_reveals_no_password() {
        Map<String, String> environment = new LinkedHashMap<>(flyway(database.url(), SECRET));
        environment.put("FLYWAY_TABLE", "another_history");
        environment.put("FLYWAY_PLACEHOLDERS_CONCURRENTLOCKTIMEOUT", "soon " + "");
        try (TestDatabase foreign = TestDatabase.empty()) {
            foreign.run("create table invoice (id int)");
            environment.put("FLYWAY_URL", foreign.url());
            CommandRun run = CommandRun.with(environment, "migrate");
            assertThat(run.exitCode()).isEqualTo(4);
            assertThat(run.output() + run.error()).doesNotContain(RECOGNISED);
        }
    }
}
