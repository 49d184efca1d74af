package dbopt.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.util.concurrent.CompletableFuture;

/** What happens while a long statement waits for somebody's transaction. */
enum Hold {
    LONG_TRANSACTION("a long transaction ends") {
        @Override
        Outcome strike(Scene scene, Holding holding, CompletableFuture<CommandRun> run) {
            holding.release();
            return scene.recover(Background.result(run));
        }
    },
    CANCELLED("the statement is cancelled") {
        @Override
        Outcome strike(Scene scene, Holding holding, CompletableFuture<CommandRun> run) {
            scene.database()
                    .query("select pg_cancel_backend(%d)".formatted(Holding.awaitOursWaiting(scene.database())));
            Holding.awaitOursNotWaiting(scene.database());
            holding.release();
            return scene.recover(Background.result(run));
        }
    },
    TERMINATED("the backend is terminated") {
        @Override
        Outcome strike(Scene scene, Holding holding, CompletableFuture<CommandRun> run) {
            scene.end(Holding.awaitOursWaiting(scene.database()));
            return goneWhileHeld(scene, holding, run);
        }
    },
    CUT("the connection is cut") {
        @Override
        Outcome strike(Scene scene, Holding holding, CompletableFuture<CommandRun> run) {
            scene.wire().cut();
            return goneWhileHeld(scene, holding, run);
        }
    },
    KILLED("the client is killed") {
        @Override
        Outcome strike(Scene scene, Holding holding, CompletableFuture<CommandRun> run) {
            scene.kill();
            return goneWhileHeld(scene, holding, run);
        }
    },
    SERVER_STOPPED("the server is stopped") {
        @Override
        Outcome strike(Scene scene, Holding holding, CompletableFuture<CommandRun> run) {
            scene.stopServer();
            return scene.recover(Background.result(run));
        }
    },
    LOCK_TIMEOUT("the lock time-out") {
        @Override
        Outcome strike(Scene scene, Holding holding, CompletableFuture<CommandRun> run) {
            Holding.awaitOursNotWaiting(scene.database());
            holding.release();
            return scene.recover(Background.result(run));
        }
    },
    STATEMENT_TIMEOUT("a statement_timeout set on the role") {
        @Override
        Outcome strike(Scene scene, Holding holding, CompletableFuture<CommandRun> run) {
            Holding.awaitOursWaitingForLong(scene.database());
            holding.release();
            return scene.recover(Background.result(run));
        }
    },
    TWICE("the same command twice") {
        @Override
        Outcome strike(Scene scene, Holding holding, CompletableFuture<CommandRun> run) {
            return beside(scene, holding, run, scene.step().command().toArray(String[]::new));
        }
    },
    AGAINST("migrate against undo") {
        @Override
        Outcome strike(Scene scene, Holding holding, CompletableFuture<CommandRun> run) {
            return scene.step().isUndo()
                    ? beside(scene, holding, run, "migrate")
                    : beside(
                            scene,
                            holding,
                            run,
                            "undo",
                            "--target",
                            scene.step().version());
        }
    };

    private final String name;

    Hold(String name) {
        this.name = name;
    }

    /** The command runs and waits for the holder; afterwards all is well, and how it came to that is returned. */
    abstract Outcome strike(Scene scene, Holding holding, CompletableFuture<CommandRun> run);

    /**
     * The holder stays where it is, as its owner does not know of us: what is left in the server of the command that is
     * gone ends all the same, and does not hold the next one up.
     */
    private static Outcome goneWhileHeld(Scene scene, Holding holding, CompletableFuture<CommandRun> run) {
        CommandRun failed = Background.result(run);
        assertThat(failed.exitCode()).isNotZero();
        scene.invariants().nothingOfOursIsLeft();
        holding.release();
        return scene.recover(failed);
    }

    /** The second command waits for its turn, and finds what the first has done. */
    private static Outcome beside(
            Scene scene, Holding holding, CompletableFuture<CommandRun> first, String... command) {
        TestDatabase database = scene.database();
        CompletableFuture<CommandRun> second = Background.start(() -> scene.run(command));
        Await.until(
                () -> second.isDone() || !database.query(WAITS_FOR_ITS_TURN).isEmpty(),
                () -> "the second to wait for its turn");
        holding.release();
        CommandRun firstRun = Background.result(first);
        CommandRun secondRun = Background.result(second);
        assertThat(firstRun.exitCode()).as(firstRun.error()).isZero();
        assertThat(secondRun.exitCode()).as(secondRun.error()).isZero();
        scene.invariants().holdAtRest();
        return Outcome.AT_ONCE;
    }

    private static final String WAITS_FOR_ITS_TURN =
            """
            select 1 from pg_stat_activity a where datname = current_database() and query like 'SELECT pg_try_advisory_lock%'
                and not exists (select from pg_locks l where l.pid = a.pid and l.locktype = 'advisory')
            """;

    @Override
    public String toString() {
        return name;
    }
}
