package dbopt.faults;

import static dbopt.faults.Fault.ANSWER_LOST;
import static dbopt.faults.Fault.CUT;
import static dbopt.faults.Fault.KILLED;
import static dbopt.faults.Fault.TERMINATED;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A drop based on an accepted difference is applied and undone under every fault, like a proven one. */
@Tag("faults")
@Tag("long")
@Timeout(300)
class JudgedFaultsTest {
    @AutoClose
    private static Steps steps;

    @BeforeAll
    static void scaffold(@TempDir Path folder) {
        steps = Steps.scaffolded(
                folder,
                """
                create table t as select a::text as name from generate_series(1, 1000) a;
                create index t_name on t (name);
                create index t_name_like on t (name text_pattern_ops);
                """,
                "--index",
                "t_name_like",
                "--accept",
                "operator_class",
                "--because",
                "nobody searches by the beginning of a name");
    }

    @ParameterizedTest(name = "{1}, {2}: {0}")
    @MethodSource
    void all(Fault fault, FaultStep step, Boundary boundary) {
        try (FaultScenario scenario = FaultScenario.of(step)) {
            scenario.strike(fault, boundary);
        }
    }

    static Stream<Arguments> all() {
        return Stream.of(steps.migrate(2), steps.undo(2))
                .map(steps::withStatements)
                .flatMap(step -> Stream.of(ANSWER_LOST, CUT, TERMINATED, KILLED)
                        .flatMap(fault ->
                                step.mainBoundaries().stream().map(boundary -> Arguments.of(fault, step, boundary))));
    }
}
