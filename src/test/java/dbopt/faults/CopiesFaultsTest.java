package dbopt.faults;

import static dbopt.faults.Fault.ANSWER_LOST;
import static dbopt.faults.Fault.CUT;
import static dbopt.faults.Fault.INTERRUPTED;
import static dbopt.faults.Fault.KILLED;
import static dbopt.faults.Fault.TERMINATED;

import java.nio.file.Path;
import java.util.stream.IntStream;
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

/**
 * Four indexes of one definition, three of them dropped: between a drop and its row another copy of the index exists,
 * which is not a reason to believe that the index was renamed.
 */
@Tag("faults")
@TestMethodOrder(OrderAnnotation.class)
@Timeout(300)
class CopiesFaultsTest {
    private static final int FIRST = 2;
    private static final int LAST = 4;
    private static final FaultReport LEDGER = new FaultReport("copies");

    @AutoClose
    private static Steps steps;

    @BeforeAll
    static void scaffold(@TempDir Path folder) {
        steps = Steps.scaffolded(
                folder,
                """
                create table t as select a from generate_series(1, 1000) a;
                create index t_a on t (a);
                create index t_b on t (a);
                create index t_c on t (a);
                create index t_d on t (a);
                """);
    }

    @ParameterizedTest(name = "{1}, {2}: {0}")
    @MethodSource
    void some(Fault fault, FaultStep step, Boundary boundary) {
        strike(fault, step, boundary);
    }

    /** The copy in the middle: one copy is dropped before it, and another after it. */
    static Stream<Arguments> some() {
        return cases(ANSWER_LOST, Stream.of(steps.migrate(3)));
    }

    @Tag("long")
    @ParameterizedTest(name = "{1}, {2}: {0}")
    @MethodSource
    void others(Fault fault, FaultStep step, Boundary boundary) {
        strike(fault, step, boundary);
    }

    static Stream<Arguments> others() {
        return Stream.concat(
                cases(
                        ANSWER_LOST,
                        all().filter(step -> step.isUndo() || !step.version().equals("3"))),
                Stream.of(CUT, TERMINATED, KILLED, INTERRUPTED).flatMap(fault -> cases(fault, all())));
    }

    private static Stream<FaultStep> all() {
        return Stream.concat(
                IntStream.rangeClosed(FIRST, LAST).mapToObj(steps::migrate),
                IntStream.rangeClosed(FIRST, LAST).mapToObj(version -> steps.undo(FIRST + LAST - version)));
    }

    private static Stream<Arguments> cases(Fault fault, Stream<FaultStep> some) {
        return some.map(steps::withStatements)
                .flatMap(step -> step.mainBoundaries().stream().map(boundary -> Arguments.of(fault, step, boundary)));
    }

    private static void strike(Fault fault, FaultStep step, Boundary boundary) {
        try (FaultScenario scenario = FaultScenario.of(step)) {
            LEDGER.add(step, fault, scenario.strike(fault, boundary));
        }
    }

    @Order(Integer.MAX_VALUE)
    @Tag("long")
    @Test
    void the_guide_shows_the_results_of_this_run() {
        LEDGER.isInTheGuide();
    }
}
