package dbopt.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.OwnServer;
import dbopt.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where no embedded server can run, the twin is made on a server of the user's own. */
@Tag("faults")
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class GivenTwinTest {
    @TempDir
    private static Path folder;

    private static OwnServer server;
    private static TestDatabase database;
    private static String place;

    @BeforeAll
    static void start() {
        server = OwnServer.start(folder);
        database = TestDatabase.audited("0.02");
        database.run("vacuum analyze");
        place = server.url("postgres").substring("jdbc:postgresql://".length());
        server.run("create database other");
        CommandRun run = rehearse("postgres://postgres:postgres@" + place);
        server.run("drop database other");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error())
                .contains("cannot be the twin: it is not empty: it has the databases other.\nNothing was changed.");
    }

    @AfterAll
    static void stop() {
        database.close();
        server.close();
    }

    @Test
    void an_empty_server_of_the_same_version_is_the_twin_and_is_empty_again_afterwards() {
        CommandRun run = rehearse("postgres://postgres:postgres@" + place);
        assertThat(run.exitCode()).as(run.error()).isZero();
        assertThat(run.output())
                .containsPattern("of 31 statements, (29|30|31) have the same plan in the twin")
                .contains("Note: On the server in --twin btrees have no height");
        assertThat(server.query(
                        "select datname from pg_database where datname not in ('postgres', 'template0', 'template1')"))
                .isEmpty();
    }

    @Test
    void a_role_that_is_no_superuser_cannot_make_one() {
        CommandRun run = rehearse("postgres://application:open%20sesame@" + place);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error()).contains("cannot be the twin: its role is not a superuser.\nNothing was changed.");
    }

    private static CommandRun rehearse(String twin) {
        return CommandRun.on(database, "rehearse", "--check", "--twin", twin);
    }
}
