package dbopt.faults;

import static dbopt.faults.Fault.ANSWER_LOST;
import static dbopt.faults.Fault.CUT;
import static dbopt.faults.Fault.HALF_CLOSED;
import static dbopt.faults.Fault.KILLED;
import static dbopt.faults.Fault.STALLED;
import static dbopt.faults.Fault.TERMINATED;

import dbopt.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault at the boundary before each statement, whichever the statement is: the same command again reaches the goal. */
@Timeout(300)
class BoundaryFaultsTest {
    /** These come before every statement, the others before those of the script itself and its row. */
    private static final Set<Fault> EVERYWHERE = Set.of(CUT, ANSWER_LOST, TERMINATED);

    @TempDir
    private static Path folder;

    private static Steps steps;

    @BeforeAll
    static void prepare() {
        steps = new Steps(folder, TestDatabase::audited);
    }

    @AfterAll
    static void drop() {
        steps.close();
    }

    @ParameterizedTest(name = "{1}, {2}: {0}")
    @MethodSource
    void some(Fault fault, Step step, Boundary boundary) {
        strike(fault, step, boundary);
    }

    static Stream<Arguments> some() {
        Step drop = steps.first().get(1);
        Step build = steps.withStatements(steps.undo(2));
        return Stream.of(CUT, ANSWER_LOST, TERMINATED).flatMap(fault -> Stream.of(drop, build)
                .flatMap(step -> step.mainBoundaries().stream().map(boundary -> Arguments.of(fault, step, boundary))));
    }

    @Tag("long")
    @ParameterizedTest(name = "{1}, {2}: {0}")
    @MethodSource
    void all(Fault fault, Step step, Boundary boundary) {
        strike(fault, step, boundary);
    }

    static Stream<Arguments> all() {
        List<Step> all = steps.all();
        return Stream.of(CUT, ANSWER_LOST, TERMINATED, HALF_CLOSED, STALLED, KILLED)
                .flatMap(fault -> all.stream()
                        .flatMap(step -> (EVERYWHERE.contains(fault) ? step.boundaries() : step.mainBoundaries())
                                .stream().map(boundary -> Arguments.of(fault, step, boundary))));
    }

    private static void strike(Fault fault, Step step, Boundary boundary) {
        try (Scene scene = Scene.of(step)) {
            scene.strike(fault, boundary);
        }
    }
}
