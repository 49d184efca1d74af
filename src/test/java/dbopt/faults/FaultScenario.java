package dbopt.faults;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dbopt.Await;
import dbopt.CommandRun;
import dbopt.OwnServer;
import dbopt.StockFlyway;
import dbopt.TestDatabase;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.flywaydb.core.api.Location;

/** A database just before a step, the proxy in front of it, and the command that takes the step. */
final class FaultScenario implements AutoCloseable {
    private static final StockFlyway STOCK = StockFlyway.withoutPlugin();

    private final FaultStep step;
    private final Optional<OwnServer> server;
    private final TestDatabase database;
    private final Invariants invariants;
    private final FaultProxy wire;
    private final CountDownLatch stalled = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private Path project;
    private volatile CommandProcess process;

    private FaultScenario(FaultStep step, Optional<OwnServer> server) {
        this.step = step;
        this.project = step.project();
        this.server = server;
        this.database = step.before().copy();
        this.invariants = step.startsFromNothing()
                ? Invariants.ofEmpty(database, step.schema())
                : Invariants.of(database, step.migrations());
        this.wire = FaultProxy.to(database);
    }

    static FaultScenario of(FaultStep step) {
        return new FaultScenario(step, Optional.empty());
    }

    /** On a server that may be stopped. */
    static FaultScenario of(FaultStep step, OwnServer server) {
        return new FaultScenario(step, Optional.of(server));
    }

    FaultStep step() {
        return step;
    }

    TestDatabase database() {
        return database;
    }

    Invariants invariants() {
        return invariants;
    }

    FaultProxy wire() {
        return wire;
    }

    /** The environment variables with the address, as a deployment sets them. */
    Map<String, String> environment() {
        return TestDatabase.address(wire.url());
    }

    /** Runs the step's command inside this process. */
    CommandRun run() {
        return run(step.command().toArray(String[]::new));
    }

    /** Runs another command on the same database and project. */
    CommandRun run(String... command) {
        return CommandRun.in(project, environment(), command);
    }

    /** Lets the fault strike at the boundary, and runs the same command again where it failed. */
    FaultOutcome strike(Fault fault, Boundary boundary) {
        wire.before(boundary, line -> fault.strike(this, line));
        CommandRun run =
                switch (fault) {
                    case KILLED, INTERRUPTED -> runInAProcess();
                    case STALLED -> runAndRelease();
                    default -> run();
                };
        wire.awaitMeeting();
        return recover(run);
    }

    /** Checks the invariants after a fault, and again after running the same command again if it failed. */
    FaultOutcome recover(CommandRun run) {
        endProcess();
        invariants.holdAfterBroken(step.command().get(0));
        if (run.exitCode() != 0) {
            isTold(run);
            CommandRun again = run();
            endProcess();
            assertThat(again.exitCode()).as("again: %s", again.error()).isZero();
        }
        isAtTheGoal();
        return run.exitCode() == 0 ? FaultOutcome.AT_ONCE : FaultOutcome.AGAIN;
    }

    /**
     * What happens to the connections when a command's process ends. Flyway leaves one open when it has lost another; within
     * this process it would stay until the garbage collector finds it.
     */
    private void endProcess() {
        wire.cut();
    }

    /** Checks that a failure prints a message without a stack trace and without the password. */
    static void isTold(CommandRun run) {
        assertThat(run.exitCode()).as(run.error()).isIn(3, 4, CommandProcess.KILLED, CommandProcess.INTERRUPTED);
        assertThat(run.output() + run.error())
                .doesNotContain(TestDatabase.PASSWORD)
                .doesNotContainPattern("(?m)^\\s+at [a-z.]+");
    }

    /** Runs the step's command in a process of its own, which can be killed. */
    CommandRun runInAProcess() {
        process = CommandProcess.start(project, environment(), step.command());
        return process.result();
    }

    private CommandRun runAndRelease() {
        CompletableFuture<CommandRun> run = Background.start(this::run);
        Background.await(stalled);
        assertThat(run).isNotDone();
        released.countDown();
        return Background.result(run);
    }

    /** Sets a timeout of concurrent statements that is short enough for a test to wait for. */
    void shortenLockTimeout() {
        project =
                Steps.project(project, project.resolve("impatient"), "flyway.placeholders.concurrentlocktimeout=300ms");
    }

    void stall() {
        stalled.countDown();
        Background.await(released);
    }

    void kill() {
        process.kill();
    }

    /** Interrupts the command as Ctrl-C does; returns when the command has received the signal, or has ended. */
    void interrupt() {
        process.interrupt();
        Await.until(() -> !process.isAlive() || wire.sawCancel(), () -> "the command to hear the interrupt");
    }

    /** Terminates this backend; returns when it is gone. */
    void end(int pid) {
        database.query("select pg_terminate_backend(%d)".formatted(pid));
        Await.until(
                () -> database.query("select 1 from pg_stat_activity where pid = " + pid)
                        .isEmpty(),
                () -> "the end of the backend");
    }

    void stopServer() {
        invariants.serverCrashed();
        server.orElseThrow().stopImmediately();
        wire.cut();
        server.orElseThrow().startAgain();
    }

    /** Checks that the command reached its goal and left nothing else behind, and that stock Flyway reads the result. */
    void isAtTheGoal() {
        assertThat(database.history())
                .filteredOn(row -> !row.startsWith("null"))
                .last()
                .asString()
                .startsWith(step.goal())
                .endsWith(" | t");
        assertThat(database.schema()).isEqualTo(step.schema());
        invariants.holdAtRest();
        Map<String, String> settings = new HashMap<>(step.migrations().settings());
        settings.put(
                "flyway.locations",
                Stream.of(step.migrations().flyway().getLocations())
                        .map(Location::toString)
                        .collect(joining(",")));
        settings.put("flyway.ignoreMigrationPatterns", "*:pending");
        STOCK.run("validate", database, settings);
    }

    @Override
    public void close() {
        released.countDown();
        wire.close();
        database.close();
    }
}
