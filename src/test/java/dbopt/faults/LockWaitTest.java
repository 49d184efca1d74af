package dbopt.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The long statement of a step provably waits for the transaction of another session when a fault strikes. */
@Tag("faults")
@TestMethodOrder(OrderAnnotation.class)
@Timeout(300)
class LockWaitTest {
    /** The faults that an undo meets in every run; the others only in the long run. */
    private static final Set<LockScenario> WHILE_BUILDING = EnumSet.of(
            LockScenario.PREPARED_TRANSACTION,
            LockScenario.TERMINATED,
            LockScenario.LOCK_TIMEOUT,
            LockScenario.AGAINST);

    /** BoundaryFaultsTest, SessionsTest and OwnServerFaultsTest have these in every run. */
    private static final Set<LockScenario> ELSEWHERE =
            EnumSet.of(LockScenario.CUT, LockScenario.TWICE, LockScenario.SERVER_STOPPED);

    private static final FaultReport LEDGER = new FaultReport("held-up");

    @AutoClose
    private static Steps steps;

    @BeforeAll
    static void prepare(@TempDir Path folder) {
        steps = new Steps(folder);
    }

    @ParameterizedTest(name = "{1} waits: {0}")
    @MethodSource
    void some(LockScenario hold, FaultStep step) {
        strike(hold, step);
    }

    static Stream<Arguments> some() {
        FaultStep drop = steps.migrate(2);
        FaultStep build = steps.undo(2);
        return Stream.of(LockScenario.values())
                .filter(hold -> !ELSEWHERE.contains(hold))
                .map(hold -> Arguments.of(hold, WHILE_BUILDING.contains(hold) ? build : drop));
    }

    @Tag("long")
    @ParameterizedTest(name = "{1} waits: {0}")
    @MethodSource
    void all(LockScenario hold, FaultStep step) {
        LEDGER.add(step, hold, strike(hold, step));
    }

    static Stream<Arguments> all() {
        List<FaultStep> all = steps.scripts();
        return Stream.of(LockScenario.values())
                .filter(hold -> hold != LockScenario.SERVER_STOPPED)
                .flatMap(hold -> all.stream().map(step -> Arguments.of(hold, step)));
    }

    static FaultOutcome strike(LockScenario hold, FaultStep step) {
        try (FaultScenario scene = FaultScenario.of(step)) {
            return strike(hold, scene);
        }
    }

    static FaultOutcome strike(LockScenario hold, FaultScenario scene) {
        TestDatabase database = scene.database();
        if (hold == LockScenario.STATEMENT_TIMEOUT) {
            database.runAsSuperuser("alter role " + TestDatabase.OWNER + " in database " + database.name()
                    + " set statement_timeout = '500ms'");
        }
        if (hold == LockScenario.LOCK_TIMEOUT) {
            scene.shortenLockTimeout();
        }
        try (BlockingTransaction holding = BlockingTransaction.inTheWayOf(scene.step(), database)) {
            if (hold == LockScenario.PREPARED_TRANSACTION) {
                holding.prepare(scene.step());
            }
            CompletableFuture<CommandRun> run =
                    Background.start(hold == LockScenario.KILLED ? scene::runInAProcess : scene::run);
            BlockingTransaction.awaitOursWaiting(database);
            return hold.strike(scene, holding, run);
        }
    }

    @ParameterizedTest(name = "{0} is in a deadlock with another change of its table")
    @MethodSource("someSteps")
    void deadlock(FaultStep step) {
        try (FaultScenario scene = FaultScenario.of(step)) {
            assertThat(deadlock(scene)).isEqualTo(step.isUndo() ? FaultOutcome.AGAIN : FaultOutcome.AT_ONCE);
        }
    }

    @Tag("long")
    @ParameterizedTest(name = "{0} is in a deadlock with another change of its table")
    @MethodSource("allSteps")
    void deadlocks(FaultStep step) {
        try (FaultScenario scene = FaultScenario.of(step)) {
            LEDGER.add(step, "a deadlock with another DDL", deadlock(scene));
        }
    }

    static Stream<FaultStep> allSteps() {
        return steps.scripts().stream();
    }

    static Stream<FaultStep> someSteps() {
        return Stream.of(steps.migrate(2), steps.undo(2));
    }

    /** The step and another session deadlock; the step detects the deadlock and fails. */
    private static FaultOutcome deadlock(FaultScenario scene) {
        CommandRun run = scene.step().isConcurrent() ? waitingForTwo(scene) : waitingWithTables(scene);
        assertThat(run.error()).contains("deadlock detected");
        return scene.recover(run);
    }

    /**
     * Two transactions block the step. When it waits for one of them, the other requests a lock that the step holds, and
     * the first ends.
     */
    private static CommandRun waitingForTwo(FaultScenario scene) {
        TestDatabase database = scene.database();
        FaultStep step = scene.step();
        try (BlockingTransaction one = BlockingTransaction.withoutLookingForDeadlocks(step, database);
                BlockingTransaction two = BlockingTransaction.withoutLookingForDeadlocks(step, database)) {
            CompletableFuture<CommandRun> run = Background.start(scene::run);
            int ours = BlockingTransaction.awaitOursWaiting(database);
            boolean waitsForOne = database.query("select pg_blocking_pids(%d)".formatted(ours))
                    .contains("{" + one.pid() + "}");
            BlockingTransaction other = waitsForOne ? two : one;
            CompletableFuture<Void> asking = other.ask(step.table());
            (waitsForOne ? one : two).release();
            Background.result(asking);
            other.release();
            return Background.result(run);
        }
    }

    /** The step has changed some tables in its transaction, and comes to one whose holder asks for the first of them. */
    private static CommandRun waitingWithTables(FaultScenario scene) {
        FaultStep step = steps.withStatements(scene.step());
        List<Boundary> changes = step.boundaries().stream()
                .filter(boundary -> boundary.text().startsWith("alter table public."))
                .toList();
        String first = changes.get(0).text().replaceFirst("alter table (\\S+) .*", "$1");
        Boundary change = changes.stream()
                .filter(boundary -> boundary.text().contains(step.table()))
                .findFirst()
                .orElseThrow();
        AtomicReference<CompletableFuture<Void>> asking = new AtomicReference<>();
        try (BlockingTransaction other = BlockingTransaction.withoutLookingForDeadlocks(step, scene.database())) {
            scene.wire().before(change, line -> asking.set(other.ask(first)));
            CompletableFuture<CommandRun> run = Background.start(scene::run);
            scene.wire().awaitMeeting();
            Background.result(asking.get());
            other.release();
            return Background.result(run);
        }
    }

    @Order(Integer.MAX_VALUE)
    @Tag("long")
    @Test
    void the_guide_shows_the_results_of_this_run() {
        LEDGER.isInTheGuide();
    }
}
