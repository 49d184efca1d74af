package dbopt.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.FlywayCommandLine;
import dbopt.FlywayProcess;
import dbopt.FlywayRun;
import dbopt.MavenFlyway;
import dbopt.TestDatabase;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Flyway without dbopt is killed or times out while a transaction blocks V2 or U2. */
@Tag("entrypoints")
@Timeout(600)
class EntryPointFaultsTest {
    /** The longest time that Flyway waits for a lock. */
    private static final Map<String, String> IMPATIENT =
            Map.of("FLYWAY_PLACEHOLDERS_CONCURRENTLOCKTIMEOUT", "300ms", "FLYWAY_TARGET", "2");

    private static final Map<String, String> PATIENT = Map.of("FLYWAY_TARGET", "2");

    @AutoClose
    private static Steps steps;

    @BeforeAll
    static void prepare(@TempDir Path folder) {
        steps = new Steps(folder);
    }

    /** A way to run Flyway, with the undo plugin. */
    enum Entry {
        MAVEN {
            @Override
            FlywayProcess start(TestDatabase database, Map<String, String> environment, List<String> commands) {
                return MavenFlyway.start(
                        Path.of("").toAbsolutePath(),
                        database,
                        environment,
                        commands.stream().map(command -> "flyway:" + command).toArray(String[]::new));
            }
        },
        COMMAND_LINE {
            @Override
            FlywayProcess start(TestDatabase database, Map<String, String> environment, List<String> commands) {
                return FlywayCommandLine.with(Path.of("target/classes"))
                        .start(Path.of("").toAbsolutePath(), database, environment, commands.toArray(String[]::new));
            }
        };

        abstract FlywayProcess start(TestDatabase database, Map<String, String> environment, List<String> commands);
    }

    @Tag("long")
    @Test
    void the_command_line_killed_or_timed_out_while_waiting_continues_when_run_again() {
        goesOnWhenItMay(Entry.COMMAND_LINE);
    }

    @Tag("long")
    @Test
    void the_maven_plugin_killed_or_timed_out_while_waiting_continues_when_run_again() {
        goesOnWhenItMay(Entry.MAVEN);
    }

    private static void goesOnWhenItMay(Entry entry) {
        for (FaultStep step : List.of(steps.migrate(2), steps.undo(2))) {
            String command = step.command().get(0);
            try (FaultScenario scene = FaultScenario.of(step)) {
                TestDatabase database = scene.database();
                try (BlockingTransaction holding = BlockingTransaction.inTheWayOf(step, database)) {
                    FlywayProcess killed = entry.start(database, PATIENT, List.of(command));
                    BlockingTransaction.awaitOursWaiting(database);
                    killed.kill();
                    scene.invariants().nothingOfOursIsLeft();
                    scene.invariants().holdAfterBroken(command);

                    FlywayRun late =
                            entry.start(database, IMPATIENT, List.of(command)).result();
                    assertThat(late.exitCode()).isNotZero();
                    assertThat(late.output())
                            .contains("canceling statement due to lock timeout")
                            .doesNotContain(TestDatabase.PASSWORD);
                    scene.invariants().nothingOfOursIsLeft();
                    scene.invariants().holdAfterBroken(command);
                    holding.release();
                }
                // Flyway continues after a failed migration only when repair acknowledges it
                List<String> again = step.isUndo() ? List.of(command) : Arrays.asList("repair", command);
                FlywayRun run = entry.start(database, PATIENT, again).result();
                assertThat(run.exitCode()).as(run.output()).isZero();
                scene.isAtTheGoal();
            }
        }
    }

    @Tag("long")
    @Test
    void undo_by_the_maven_plugin_waits_for_a_blocked_migrate_and_undoes_its_drop() {
        undoWaits(Entry.MAVEN);
    }

    @Test
    void undo_by_the_command_line_waits_for_a_blocked_migrate_and_undoes_its_drop() {
        undoWaits(Entry.COMMAND_LINE);
    }

    /** Undo must not report that there is nothing to undo, after which the waiting migrate would drop the index. */
    private static void undoWaits(Entry entry) {
        FaultStep step = steps.migrate(2);
        try (FaultScenario scene = FaultScenario.of(step);
                BlockingTransaction holding = BlockingTransaction.inTheWayOf(step, scene.database())) {
            TestDatabase database = scene.database();
            FlywayProcess migrate = entry.start(database, PATIENT, List.of("migrate"));
            BlockingTransaction.awaitOursWaiting(database);
            FlywayProcess undo = entry.start(database, PATIENT, List.of("undo"));
            LockScenario.awaitItsTurn(database, () -> !undo.isAlive());
            holding.release();
            for (FlywayProcess process : List.of(migrate, undo)) {
                FlywayRun run = process.result();
                assertThat(run.exitCode()).as(run.output()).isZero();
            }
            assertThat(database.history())
                    .contains("2 | SQL | V2__drop_commit_pr_idx.sql | t")
                    .last()
                    .isEqualTo("2 | DELETE | U2__drop_commit_pr_idx.sql | t");
            assertThat(database.schema()).isEqualTo(step.before().schema());
            scene.invariants().holdAtRest();
        }
    }
}
