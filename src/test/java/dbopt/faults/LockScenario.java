package dbopt.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.Await;
import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** What happens while a long statement waits for the transaction of another session. */
enum LockScenario {
    LONG_TRANSACTION("a long transaction ends"),
    PREPARED_TRANSACTION("a prepared transaction ends"),
    CANCELLED("the statement is cancelled"),
    TERMINATED("the backend is terminated"),
    CUT("the connection is cut"),
    KILLED("the client is killed"),
    SERVER_STOPPED("the server is stopped"),
    LOCK_TIMEOUT("the lock time-out"),
    STATEMENT_TIMEOUT("a statement_timeout set on the role"),
    TWICE("the same command twice"),
    AGAINST("migrate against undo");

    private static final String WAITS_FOR_ITS_TURN =
            """
            select 1 from pg_stat_activity a where datname = current_database() and query like 'SELECT pg_try_advisory_lock%'
                and not exists (select from pg_locks l where l.pid = a.pid and l.locktype = 'advisory')
            """;

    private final String name;

    LockScenario(String name) {
        this.name = name;
    }

    /** Strikes while the command waits for the holder; checks that the goal is reached, and returns how. */
    FaultOutcome strike(FaultScenario scene, BlockingTransaction holding, CompletableFuture<CommandRun> run) {
        TestDatabase database = scene.database();
        return switch (this) {
            case LONG_TRANSACTION, PREPARED_TRANSACTION -> released(scene, holding, run, "");
            case CANCELLED -> {
                database.query(
                        "select pg_cancel_backend(%d)".formatted(BlockingTransaction.awaitOursWaiting(database)));
                BlockingTransaction.awaitOursNotWaiting(database);
                yield released(scene, holding, run, "canceling statement due to user request");
            }
            case TERMINATED -> {
                scene.end(BlockingTransaction.awaitOursWaiting(database));
                yield goneWhileHeld(scene, holding, run);
            }
            case CUT -> {
                scene.wire().cut();
                yield goneWhileHeld(scene, holding, run);
            }
            case KILLED -> {
                scene.kill();
                yield goneWhileHeld(scene, holding, run);
            }
            case SERVER_STOPPED -> {
                scene.stopServer();
                yield recover(scene, Background.result(run));
            }
            case LOCK_TIMEOUT -> {
                BlockingTransaction.awaitOursNotWaiting(database);
                yield released(scene, holding, run, "canceling statement due to lock timeout");
            }
            case STATEMENT_TIMEOUT -> {
                BlockingTransaction.awaitOursWaitingForLong(database);
                yield released(scene, holding, run, "");
            }
            case TWICE -> {
                beside(scene, holding, run, scene.step().command());
                scene.isAtTheGoal();
                yield FaultOutcome.AT_ONCE;
            }
            case AGAINST -> {
                if (scene.step().isUndo()) {
                    beside(scene, holding, run, List.of("migrate"));
                    isBackWhereItWas(scene);
                } else { // not applied yet, so undo waits before it decides what to undo
                    CommandRun undo = beside(
                            scene,
                            holding,
                            run,
                            List.of("undo", "--target", scene.step().version()));
                    assertThat(undo.output())
                            .startsWith("Undone: V" + scene.step().version());
                    assertThat(database.schema())
                            .isEqualTo(scene.step().before().schema());
                    scene.invariants().holdAtRest();
                }
                yield FaultOutcome.AT_ONCE;
            }
        };
    }

    /** @param printed the command's message about the fault, or an empty text */
    private static FaultOutcome released(
            FaultScenario scene, BlockingTransaction holding, CompletableFuture<CommandRun> running, String printed) {
        holding.release();
        CommandRun run = Background.result(running);
        assertThat(run.error()).contains(printed);
        return recover(scene, run);
    }

    /**
     * The holder stays where it is, as its owner does not know of us: what is left in the server of the command that is
     * gone ends all the same, and does not hold the next one up.
     */
    private static FaultOutcome goneWhileHeld(
            FaultScenario scene, BlockingTransaction holding, CompletableFuture<CommandRun> run) {
        CommandRun failed = Background.result(run);
        assertThat(failed.exitCode()).isNotZero();
        scene.invariants().nothingOfOursIsLeft();
        holding.release();
        return recover(scene, failed);
    }

    private static FaultOutcome recover(FaultScenario scene, CommandRun run) {
        if (run.exitCode() != 0 && scene.step().isUndo()) {
            isHalfUndone(scene, run);
        }
        return scene.recover(run);
    }

    /** An interrupted undo says what it leaves behind: only the invalid index that it was building. */
    private static void isHalfUndone(FaultScenario scene, CommandRun run) {
        FaultStep step = scene.step();
        if (run.exitCode() != CommandProcess.KILLED) {
            assertThat(run.error())
                    .contains("Undo of V%s failed in U%1$s__".formatted(step.version()))
                    .contains("V%s still counts as applied".formatted(step.version()));
        }
        assertThat(scene.database().indexes())
                .filteredOn(index -> index.endsWith(" INVALID"))
                .isEqualTo(
                        step.isConcurrent()
                                ? List.of(ConcurrentChange.drop(step).definition() + " INVALID")
                                : List.of());
    }

    /** Waits until a second Flyway waits for the first one, or has ended. */
    static void awaitItsTurn(TestDatabase database, BooleanSupplier ended) {
        Await.until(
                () -> ended.getAsBoolean()
                        || !database.query(WAITS_FOR_ITS_TURN).isEmpty(),
                () -> "the second to wait for its turn");
    }

    /** Starts the second command and returns it once it waits for Flyway's lock. */
    private static CommandRun beside(
            FaultScenario scene,
            BlockingTransaction holding,
            CompletableFuture<CommandRun> first,
            List<String> command) {
        TestDatabase database = scene.database();
        CompletableFuture<CommandRun> second = Background.start(() -> scene.run(command.toArray(String[]::new)));
        awaitItsTurn(database, second::isDone);
        holding.release();
        for (CommandRun run : List.of(Background.result(first), Background.result(second))) {
            assertThat(run.exitCode()).as(run.error()).isZero();
        }
        return Background.result(second);
    }

    /** The undo came first, and then its migration again. */
    private static void isBackWhereItWas(FaultScenario scene) {
        FaultStep step = scene.step();
        List<String> rows = scene.database().history().stream()
                .filter(row -> row.startsWith(step.version() + " "))
                .toList();
        assertThat(rows.subList(rows.size() - 2, rows.size()))
                .satisfiesExactly(row -> assertThat(row).startsWith(step.goal()), row -> assertThat(row)
                        .startsWith(step.version() + " | SQL | "));
        assertThat(scene.database().schema()).isEqualTo(step.before().schema());
        scene.invariants().holdAtRest();
    }

    @Override
    public String toString() {
        return name;
    }
}
