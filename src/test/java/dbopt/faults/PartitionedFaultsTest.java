package dbopt.faults;

import static dbopt.faults.Fault.ANSWER_LOST;
import static dbopt.faults.Fault.CUT;
import static dbopt.faults.Fault.INTERRUPTED;
import static dbopt.faults.Fault.KILLED;
import static dbopt.faults.Fault.TERMINATED;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The index of a partitioned table is dropped and restored under every fault: before each statement of its migration, of its
 * undo script, and of what dbopt undo runs between, which makes and attaches each part.
 */
@Tag("faults")
@Timeout(300)
class PartitionedFaultsTest {
    /** One of each kind. */
    private static final List<String> SOME = List.of(
            "before \"CREATE INDEX t_a ON ONLY ",
            "before \"CREATE INDEX CONCURRENTLY t_high_one_a_idx ",
            "before \"ALTER INDEX public.t_high_a_idx ATTACH ");

    @AutoClose
    private static Steps steps;

    @BeforeAll
    static void scaffold(@TempDir Path folder) {
        steps = Steps.scaffolded(
                folder,
                """
                create table t (a int, b int) partition by range (a);
                create table t_low partition of t for values from (0) to (500);
                create table t_high partition of t for values from (500) to (1000) partition by list (b);
                create table t_high_one partition of t_high for values in (1);
                create table t_rest partition of t default;
                insert into t select a, 1 from generate_series(1, 1500) a;
                create index t_a on t (a) with (fillfactor = 70);
                create index t_a_b on t (a, b);
                alter index t_low_a_idx rename to "Low; part";
                comment on index t_a is 'by a';
                """,
                "--index",
                "t_a");
    }

    @ParameterizedTest(name = "{1}, {2}: {0}")
    @MethodSource
    void some(Fault fault, FaultStep step, Boundary boundary) {
        strike(fault, step, boundary);
    }

    static Stream<Arguments> some() {
        return main(ANSWER_LOST, steps.withStatements(steps.undo(2)))
                .filter(arguments -> SOME.stream().anyMatch(arguments.get()[2].toString()::startsWith));
    }

    @Tag("long")
    @ParameterizedTest(name = "{1}, {2}: {0}")
    @MethodSource
    void all(Fault fault, FaultStep step, Boundary boundary) {
        strike(fault, step, boundary);
    }

    static Stream<Arguments> all() {
        List<FaultStep> both = both();
        return Stream.of(ANSWER_LOST, CUT, TERMINATED, KILLED, INTERRUPTED)
                .flatMap(fault -> both.stream().flatMap(step -> main(fault, step)));
    }

    private static void strike(Fault fault, FaultStep step, Boundary boundary) {
        try (FaultScenario scenario = FaultScenario.of(step)) {
            scenario.strike(fault, boundary);
        }
    }

    private static List<FaultStep> both() {
        return Stream.of(steps.migrate(2), steps.undo(2))
                .map(steps::withStatements)
                .toList();
    }

    private static Stream<Arguments> main(Fault fault, FaultStep step) {
        return step.mainBoundaries().stream().map(boundary -> Arguments.of(fault, step, boundary));
    }
}
