package dbopt.faults;

import static dbopt.faults.Fault.ANSWER_LOST;
import static dbopt.faults.Fault.CUT;
import static dbopt.faults.Fault.KILLED;
import static dbopt.faults.Fault.TERMINATED;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The pairs of an unused index and of an unused expression index, under the same faults as other pairs. */
@Tag("faults")
@Tag("long")
@Timeout(300)
class UnusedFaultsTest {
    private static final Pattern AT = Pattern.compile("(?<=\"at\":\")[^\"]+");

    @AutoClose
    private static Steps steps;

    @BeforeAll
    static void scaffold(@TempDir Path folder) {
        Path observations = folder.resolve("observations.jsonl");
        steps = Steps.scaffolded(
                folder,
                """
                create table t as select a, a::text as name from generate_series(1, 1000) a;
                create index t_a on t (a);
                create index t_lower on t (lower(name));
                """,
                database -> observe(database, observations),
                "--evidence",
                observations.toString(),
                "--index",
                "t_a",
                "--index",
                "t_lower");
    }

    /** Observations over forty days in which the table is used and neither index is scanned. */
    private static void observe(TestDatabase database, Path file) {
        database.awaitCounters("relname = 't' and n_tup_ins >= 1000");
        CommandRun.on(database, "observe", file.toString()).assertSucceeded();
        try {
            Files.writeString(file, AT.matcher(Files.readString(file)).replaceAll(at -> Instant.parse(at.group())
                    .minus(Duration.ofDays(40))
                    .toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        database.run(
                "insert into t select n, n from generate_series(1, 500) n",
                "do $$ begin for n in 1..50 loop perform count(*) from t; end loop; end $$");
        database.awaitCounters("relname = 't' and n_tup_ins >= 1500 and seq_scan >= 50");
        CommandRun.on(database, "observe", file.toString()).assertSucceeded();
    }

    @ParameterizedTest(name = "{1}, {2}: {0}")
    @MethodSource
    void all(Fault fault, FaultStep step, Boundary boundary) {
        try (FaultScenario scenario = FaultScenario.of(step)) {
            scenario.strike(fault, boundary);
        }
    }

    static Stream<Arguments> all() {
        return Stream.of(steps.migrate(2), steps.undo(2), steps.migrate(3), steps.undo(3))
                .map(steps::withStatements)
                .flatMap(step -> Stream.of(ANSWER_LOST, CUT, TERMINATED, KILLED)
                        .flatMap(fault ->
                                step.mainBoundaries().stream().map(boundary -> Arguments.of(fault, step, boundary))));
    }
}
