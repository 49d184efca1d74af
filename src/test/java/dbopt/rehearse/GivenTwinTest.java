package dbopt.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.OwnServer;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
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
        assertEmpty();
    }

    /** The server first has no truncate program, like small images, then one that does nothing. */
    @Test
    void a_server_that_cannot_set_file_sizes_is_refused_and_is_empty_again_afterwards() throws IOException {
        Path programs = Files.createDirectory(folder.resolve("programs"));
        Files.createSymbolicLink(programs.resolve("sh"), Path.of("/bin/sh"));
        server.stopCleanly();
        server.startAgain(Map.of("PATH", programs.toString()));
        try {
            assertRefused(
                    3,
                    "the size of its files cannot be set there (COPY ... TO PROGRAM 'sh', which runs truncate): program \"sh\" failed");
            Path truncate = Files.writeString(programs.resolve("truncate"), "#!/bin/sh\n");
            Files.setPosixFilePermissions(truncate, PosixFilePermissions.fromString("rwxr-xr-x"));
            assertRefused(2, "its files did not grow to the size of the database's");
        } finally {
            server.stopCleanly();
            server.startAgain();
        }
    }

    private static void assertRefused(int exitCode, String why) {
        CommandRun run = rehearse("postgres://postgres:postgres@" + place);
        assertThat(run.error())
                .endsWith(
                        "The server in --twin, " + place + " as postgres, cannot be the twin: " + why
                                + ".\nNothing was changed. It takes an empty server of the same major version, and its superuser.\n");
        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.output()).isEmpty();
        assertEmpty();
    }

    private static void assertEmpty() {
        assertThat(
                        server.query(
                                "select datname from pg_database where datname not in ('postgres', 'template0', 'template1') union all select rolname from pg_roles where rolname like '%twin%'"))
                .isEmpty();
    }

    @Test
    void a_role_that_is_not_a_superuser_cannot_create_a_twin() {
        CommandRun run = rehearse("postgres://application:open%20sesame@" + place);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error()).contains("cannot be the twin: its role is not a superuser.\nNothing was changed.");
    }

    private static CommandRun rehearse(String twin) {
        return CommandRun.on(database, "rehearse", "--check", "--twin", twin);
    }
}
