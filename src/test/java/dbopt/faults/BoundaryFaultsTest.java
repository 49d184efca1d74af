package dbopt.faults;

import static dbopt.faults.Fault.ANSWER_LOST;
import static dbopt.faults.Fault.CUT;
import static dbopt.faults.Fault.HALF_CLOSED;
import static dbopt.faults.Fault.INTERRUPTED;
import static dbopt.faults.Fault.KILLED;
import static dbopt.faults.Fault.STALLED;
import static dbopt.faults.Fault.TERMINATED;
import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault before each statement: running the same command again reaches the goal. */
@Tag("faults")
@TestMethodOrder(OrderAnnotation.class)
@Timeout(300)
class BoundaryFaultsTest {
    /** Faults that strike before every statement; the others only before those of the script and its row. */
    private static final Set<Fault> EVERYWHERE = Set.of(CUT, ANSWER_LOST);

    private static final FaultReport LEDGER = new FaultReport("boundaries");

    @AutoClose
    private static Steps steps;

    @BeforeAll
    static void prepare(@TempDir Path folder) {
        steps = new Steps(folder);
    }

    @ParameterizedTest(name = "{1}, {2}: {0}")
    @MethodSource
    void some(Fault fault, FaultStep step, Boundary boundary) {
        try (FaultScenario scene = FaultScenario.of(step)) {
            scene.strike(fault, boundary);
        }
    }

    static Stream<Arguments> some() {
        FaultStep drop = steps.first().get(1);
        FaultStep build = steps.withStatements(steps.undo(2));
        return Stream.concat(
                main(ANSWER_LOST, drop),
                Stream.concat(
                        main(ANSWER_LOST, build).skip(2).limit(2),
                        Stream.of(CUT, INTERRUPTED)
                                .flatMap(fault -> main(fault, build).skip(2).limit(1))));
    }

    private static Stream<Arguments> main(Fault fault, FaultStep step) {
        return step.mainBoundaries().stream().map(boundary -> Arguments.of(fault, step, boundary));
    }

    @Tag("long")
    @ParameterizedTest(name = "{1}, {2}: {0}")
    @MethodSource
    void all(Fault fault, FaultStep step, Boundary boundary) {
        strike(fault, step, boundary);
    }

    static Stream<Arguments> all() {
        List<FaultStep> all = steps.all();
        return Stream.of(CUT, ANSWER_LOST, TERMINATED, HALF_CLOSED, STALLED, KILLED, INTERRUPTED)
                .flatMap(fault -> all.stream()
                        .flatMap(step -> (EVERYWHERE.contains(fault) ? step.boundaries() : step.mainBoundaries())
                                .stream().map(boundary -> Arguments.of(fault, step, boundary))));
    }

    @ParameterizedTest(name = "{0}, before no. {1} of its own statements: the network stays away")
    @CsvSource({"migrate, 2, Migrate failed", "undo, 3, Undo of V2 failed in U2__drop_commit_pr_idx.sql"})
    void migrations_applied_before_a_permanent_network_failure_are_still_reported(
            String command, int number, String printed) {
        FaultStep step = steps.withStatements(command.equals("undo") ? steps.undo(2) : steps.migrate(2));
        try (FaultScenario scene = FaultScenario.of(step)) {
            scene.wire().before(step.mainBoundaries().get(number), line -> scene.wire()
                    .close());
            CommandRun run = scene.run();
            FaultScenario.isTold(run);
            assertThat(run.exitCode()).isEqualTo(4);
            assertThat(run.error()).contains(printed).doesNotContain("Nothing was changed");
        }
    }

    @Test
    void migrations_are_reported_as_applied_even_if_the_sizes_cannot_be_read_afterwards() {
        FaultStep step = steps.migrate(2);
        Boundary sizes = new Boundary(
                steps.first().get(3).boundaries().stream()
                        .filter(boundary -> boundary.text().contains("pg_relation_size"))
                        .findFirst()
                        .orElseThrow()
                        .sql(),
                2);
        try (FaultScenario scene = FaultScenario.of(step)) {
            scene.wire().before(sizes, line -> scene.wire().close());
            CommandRun run = scene.run();
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.error())
                    .contains("Every migration is applied, but the sizes of the indexes cannot be read: ")
                    .doesNotContain("Nothing was changed");
            scene.isAtTheGoal();
        }
    }

    private static void strike(Fault fault, FaultStep step, Boundary boundary) {
        try (FaultScenario scene = FaultScenario.of(step)) {
            LEDGER.add(step, fault, scene.strike(fault, boundary));
        }
    }

    @Order(Integer.MAX_VALUE)
    @Tag("long")
    @Test
    void the_guide_shows_the_results_of_this_run() {
        LEDGER.isInTheGuide();
    }
}
