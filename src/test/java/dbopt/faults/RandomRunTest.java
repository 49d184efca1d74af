package dbopt.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.Await;
import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Migrate, undo and faults in random order while the application works. The order depends on a seed, which
 * is printed: {@code -Dfaults.seed=N} runs the same again. {@code -Dfaults.minutes=N} sets the duration of the long run, whose
 * number is another one each time. When its threads meet is the machine's affair, so a replay may need a few tries.
 */
@Tag("faults")
class RandomRunTest {
    /** The seed of every build, so that a failure repeats: a kill, a half-closed connection, a cancel, a terminated backend. */
    private static final long USUAL_SEED = 2477;

    private static final int TURNS = 4;

    /** About as many statements as a command sends. */
    private static final int STATEMENTS = 120;

    private static final List<String> COMMANDS = List.of(
            "migrate", "migrate", "undo", "undo --target 2", "undo --target 4", "undo --target 7", "undo --dry-run");

    /** The fault that strikes a command. */
    private enum InjectedFault {
        NONE,
        CUT,
        ANSWER_LOST,
        TERMINATED,
        HALF_CLOSED,
        KILLED,
        CANCELLED,
        LOCK_TIMEOUT
    }

    private static final List<InjectedFault> FAULTS = List.of(InjectedFault.values());

    private record Turn(String command, InjectedFault fault, int statement) {
        static Turn next(Random random) {
            return new Turn(
                    COMMANDS.get(random.nextInt(COMMANDS.size())),
                    FAULTS.get(random.nextInt(FAULTS.size())),
                    random.nextInt(STATEMENTS));
        }
    }

    private TestDatabase database;
    private FaultProxy wire;

    /** The project with a short time-out for concurrent statements. */
    @TempDir
    private Path impatient;

    private final List<String> story = new ArrayList<>();

    @BeforeEach
    void open() {
        database = TestDatabase.audited();
        wire = FaultProxy.to(database);
        Steps.project(Path.of(""), impatient, "flyway.placeholders.concurrentlocktimeout=300ms");
    }

    @AfterEach
    void close() {
        wire.close();
        database.close();
    }

    @Tag("long")
    @Test
    @Timeout(300)
    void a_few_random_turns_keep_the_invariants() {
        run(Long.getLong("faults.seed", USUAL_SEED), turn -> turn < TURNS);
    }

    @Tag("long")
    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void many_random_turns_keep_the_invariants() {
        long end = System.nanoTime()
                + Duration.ofMinutes(Long.getLong("faults.minutes", 5)).toNanos();
        run(Long.getLong("faults.seed", System.nanoTime() % 1_000_000), turn -> System.nanoTime() < end);
    }

    private void run(long seed, IntPredicate goesOn) {
        story.add("-Dfaults.seed=" + seed);
        System.out.println("Random run of the faults: " + story.get(0));
        Random random = new Random(seed);
        Invariants invariants = Invariants.of(database);
        try (ApplicationLoad load = ApplicationLoad.on(database)) {
            boolean clean = true;
            for (int number = 0; goesOn.test(number); number++) {
                Turn turn = Turn.next(random);
                CommandRun run = take(turn);
                story.add("%s: exit code %d".formatted(turn, run.exitCode()));
                clean = judge(turn, run, clean, invariants, load);
                if (!clean && random.nextBoolean()) {
                    wayBackAndForth(invariants);
                    clean = true;
                }
            }
            wayBackAndForth(invariants);
            assertThat(load.problems()).as(story()).isEmpty();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(story() + "\n" + e.getMessage(), e);
        }
        System.out.println(story());
    }

    private String story() {
        return String.join("\n  ", story);
    }

    /** Checks the invariants after a turn; returns whether a failed command left nothing behind. */
    private boolean judge(Turn turn, CommandRun run, boolean clean, Invariants invariants, ApplicationLoad load) {
        load.awaitTurns();
        invariants.holdAlways();
        if (run.exitCode() != 0) {
            FaultScenario.isTold(run);
            assertThat(clean && turn.fault() == InjectedFault.NONE)
                    .as(run.error())
                    .isFalse();
            return false;
        }
        if (clean || turn.command().equals("migrate")) {
            invariants.holdAtRest();
            return true;
        }
        return false;
    }

    /** Undoes and applies all migrations again, whatever failed before. */
    private void wayBackAndForth(Invariants invariants) {
        for (String command : List.of("undo --target 2", "migrate")) {
            CommandRun run = command(Path.of(""), command);
            story.add(command + ": exit code " + run.exitCode());
            assertThat(run.exitCode()).as(run.error()).isZero();
        }
        invariants.holdAtRest();
        assertThat(database.history()).last().asString().endsWith("| t");
    }

    private CommandRun command(Path project, String command) {
        return CommandRun.in(project, environment(), command.split(" "));
    }

    private Map<String, String> environment() {
        return TestDatabase.address(wire.url());
    }

    private CommandRun take(Turn turn) {
        switch (turn.fault()) {
            case CUT -> wire.after(turn.statement(), line -> wire.cut());
            case ANSWER_LOST -> wire.after(turn.statement(), FaultProxy.Line::loseTheAnswer);
            case TERMINATED -> wire.after(
                    turn.statement(), line -> database.query("select pg_terminate_backend(%d)".formatted(line.pid())));
            case HALF_CLOSED -> wire.after(turn.statement(), FaultProxy.Line::endTheClientsHalf);
            case KILLED -> {
                return killed(turn);
            }
            case CANCELLED -> {
                return whileSomebodyReads(Path.of(""), turn.command(), true);
            }
            case LOCK_TIMEOUT -> {
                return whileSomebodyReads(impatient, turn.command(), false);
            }
            case NONE -> {}
        }
        CommandRun run = command(Path.of(""), turn.command());
        wire.after(-1, line -> {});
        return run;
    }

    /** Runs the command in its own process, which takes a second, and kills the process unless it has ended. */
    private CommandRun killed(Turn turn) {
        CommandProcess process = CommandProcess.start(
                Path.of(""), environment(), List.of(turn.command().split(" ")));
        wire.after(turn.statement(), line -> process.kill());
        CommandRun run = process.result();
        wire.after(-1, line -> {});
        return run;
    }

    /** A reader blocks the command until the command, after waiting, is cancelled or has timed out. */
    private CommandRun whileSomebodyReads(Path project, String command, boolean cancels) {
        try (Connection reader = ApplicationLoad.connect(database);
                Statement statement = reader.createStatement()) {
            statement.execute("begin isolation level repeatable read");
            statement.execute(
                    "select count(*) from metrics_commit, metrics_prsurvey, metrics_aiusagedaily, integrations_githubintegration,"
                            + " integrations_jiraintegration where false");
            CompletableFuture<CommandRun> run = Background.start(() -> command(project, command));
            Await.until(() -> run.isDone() || !waiting().isEmpty(), () -> command + " to wait or to end");
            for (String pid : waiting()) {
                if (cancels) {
                    database.query("select pg_cancel_backend(" + pid + ")");
                }
                Await.until(() -> run.isDone() || !waiting().contains(pid), () -> command + " to wait no more");
            }
            statement.execute("rollback");
            return Background.result(run);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> waiting() {
        return database.query(
                "select pid from pg_stat_activity where datname = current_database() and application_name <> '"
                        + ApplicationLoad.NAME + "' and usename = '" + TestDatabase.OWNER
                        + "' and wait_event_type = 'Lock' and query ~* '^(drop|create) index concurrently'"
                        + " and clock_timestamp() - query_start > interval '100 ms'");
    }
}
