package dbopt.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.OwnServer;
import dbopt.SmallDisk;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults that need a server of their own: it is stopped, its disk is full, it becomes a standby. */
@Tag("faults")
@EnabledOnOs(OS.LINUX)
@TestMethodOrder(OrderAnnotation.class)
@Timeout(300)
class OwnServerFaultsTest {
    private static final FaultReport LEDGER = new FaultReport("own-server");

    @TempDir
    private static Path folder;

    private static OwnServer server;
    private static Steps steps;

    @BeforeAll
    static void start() {
        server = OwnServer.start(folder);
        steps = new Steps(folder, Path.of(""), server::empty, server::audited);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Order(1)
    @ParameterizedTest(name = "{0} waits: the server is stopped")
    @MethodSource("someSteps")
    void the_server_is_stopped_while_some_statements_wait(FaultStep step) {
        try (FaultScenario scene = FaultScenario.of(step, server)) {
            LockWaitTest.strike(LockScenario.SERVER_STOPPED, scene);
        }
    }

    static Stream<FaultStep> someSteps() {
        return Stream.of(steps.migrate(2), steps.undo(2));
    }

    @Order(2)
    @Tag("long")
    @ParameterizedTest(name = "{0} waits: the server is stopped")
    @MethodSource("allSteps")
    void the_server_is_stopped_while_each_statement_waits(FaultStep step) {
        try (FaultScenario scene = FaultScenario.of(step, server)) {
            LEDGER.add(
                    step,
                    "the server is stopped while a statement waits",
                    LockWaitTest.strike(LockScenario.SERVER_STOPPED, scene));
        }
    }

    static Stream<FaultStep> allSteps() {
        return steps.scripts().stream();
    }

    @Order(3)
    @Tag("long")
    @ParameterizedTest(name = "{0}, {1}: the server is stopped")
    @MethodSource
    void the_server_is_stopped_before_a_statement(FaultStep step, Boundary boundary) {
        try (FaultScenario scene = FaultScenario.of(step, server)) {
            LEDGER.add(step, "the server is stopped before a statement", scene.strike(Fault.SERVER_STOPPED, boundary));
        }
    }

    static Stream<Arguments> the_server_is_stopped_before_a_statement() {
        return steps.all().stream()
                .flatMap(step -> step.mainBoundaries().stream().map(boundary -> Arguments.of(step, boundary)));
    }

    @Tag("long")
    @Order(4)
    @ParameterizedTest(name = "{0}: the disk is full")
    @MethodSource("someSteps")
    void the_disk_is_full_during_some_statements(FaultStep step) throws IOException {
        onAFullDisk(step);
    }

    @Order(5)
    @Tag("long")
    @ParameterizedTest(name = "{0}: the disk is full")
    @MethodSource("allSteps")
    void the_disk_is_full_during_each_statement(FaultStep step) throws IOException {
        FaultOutcome outcome = onAFullDisk(step);
        if (step.isUndo() && step.isConcurrent()) { // a statement that builds nothing may or may not find space
            LEDGER.add(step, "the disk is full", outcome);
        }
    }

    /** The database is on a small file system, which the test fills when the step starts. */
    private static FaultOutcome onAFullDisk(FaultStep step) throws IOException {
        try (SmallDisk small = SmallDisk.in(folder, "48m")) {
            Path tablespace = Files.createDirectory(small.path().resolve("tablespace"));
            server.run("create tablespace small location '" + tablespace + "'");
            try (FaultScenario scene = FaultScenario.of(step, server)) {
                server.run("alter database " + scene.database().name() + " set tablespace small");
                scene.wire().before(first(step), line -> small.fill());
                CommandRun run = scene.run();
                scene.wire().awaitMeeting();
                if (step.isUndo() && step.isConcurrent()) {
                    assertThat(run.error()).contains("No space left on device");
                }
                small.empty();
                return scene.recover(run);
            } finally {
                server.run("drop tablespace small");
            }
        }
    }

    /** The first statement of the step's own script. */
    private static Boundary first(FaultStep step) {
        return steps.withStatements(step).mainBoundaries().get(0);
    }

    @Order(6)
    @ParameterizedTest(name = "{0}: the server is a standby")
    @MethodSource("someSteps")
    void a_standby_is_reported_as_read_only_and_stays_unchanged(FaultStep step) {
        TestDatabase database = step.before();
        if (database.query("select pg_is_in_recovery()").equals(List.of("f"))) {
            server.becomeStandby();
        }
        List<String> before = database.schema();
        CommandRun run = CommandRun.in(step.project(), database, step.command().toArray(String[]::new));
        FaultScenario.isTold(run);
        assertThat(run.error()).contains("cannot run here: this server is a standby, which is read-only");
        assertThat(database.schema()).isEqualTo(before);
        LEDGER.add(step, "a standby", FaultOutcome.REFUSED);
    }

    @Order(Integer.MAX_VALUE)
    @Tag("long")
    @Test
    void the_guide_shows_the_results_of_this_run() {
        LEDGER.isInTheGuide();
    }
}
