package dbopt.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.nio.file.Path;
import java.util.List;
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

/** Another session changes the database before the check of a step, or between its check and its change. */
@Tag("faults")
@TestMethodOrder(OrderAnnotation.class)
@Timeout(300)
class ConcurrentChangeTest {
    private static final FaultReport LEDGER = new FaultReport("meanwhile");

    @AutoClose
    private static Steps steps;

    @BeforeAll
    static void prepare(@TempDir Path folder) {
        steps = new Steps(folder);
    }

    @ParameterizedTest(name = "{1}: {0} {2}")
    @MethodSource
    void some(ConcurrentChange meanwhile, FaultStep step, When when) {
        strike(meanwhile, step, when);
    }

    static Stream<Arguments> some() {
        return cases(List.of(steps.migrate(2)), When.BEFORE_THE_ACT);
    }

    @Tag("long")
    @ParameterizedTest(name = "{1}: {0} {2}")
    @MethodSource
    void all(ConcurrentChange meanwhile, FaultStep step, When when) {
        LEDGER.add(step, meanwhile, strike(meanwhile, step, when));
    }

    static Stream<Arguments> all() {
        return cases(steps.scripts().stream().filter(FaultStep::isConcurrent).toList(), When.values());
    }

    private static Stream<Arguments> cases(List<FaultStep> all, When... moments) {
        return all.stream().map(steps::withStatements).flatMap(step -> Stream.of(ConcurrentChange.values())
                .flatMap(meanwhile -> Stream.of(moments).map(when -> Arguments.of(meanwhile, step, when))));
    }

    /** When the other session makes its change. */
    enum When {
        BEFORE_THE_LOOK("before the look", "select (?:from )?pg_temp\\.assert_(redundant|name_free).*"),
        BEFORE_THE_ACT("between look and act", "(drop index concurrently|create index).*");

        private final String name;
        private final String statement;

        When(String name, String statement) {
            this.name = name;
            this.statement = statement;
        }

        Boundary in(FaultStep step) {
            return step.boundaries().stream()
                    .filter(boundary -> boundary.text().matches(statement))
                    .reduce((first, last) -> last)
                    .orElseThrow();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Either the change does not matter, or the step says why it stops; once reverted, the same command continues. */
    private static FaultOutcome strike(ConcurrentChange meanwhile, FaultStep step, When when) {
        try (FaultScenario scene = FaultScenario.of(step)) {
            CommandRun run = run(scene, meanwhile, when);
            if (run.exitCode() != 0) {
                assertThat(run.error()).containsPattern(reason(meanwhile, step, when));
            }
            return scene.recover(run);
        }
    }

    private static CommandRun run(FaultScenario scene, ConcurrentChange meanwhile, When when) {
        FaultStep step = scene.step();
        String keeper = scene.database()
                .query("select pg_get_indexdef('%s'::regclass)".formatted(ConcurrentChange.keeper(step)))
                .get(0);
        scene.wire().before(when.in(step), line -> scene.database()
                .runAsSuperuser(meanwhile.done(step).toArray(String[]::new)));
        CommandRun run = scene.run();
        scene.wire().awaitMeeting();
        scene.database().runAsSuperuser(meanwhile.takenBack(step, keeper).toArray(String[]::new));
        if (meanwhile == ConcurrentChange.KEEPER_DROPPED) {
            scene.database()
                    .runAsSuperuser("alter index %s owner to application".formatted(ConcurrentChange.keeper(step)));
        }
        return run;
    }

    private static String reason(ConcurrentChange meanwhile, FaultStep step, When when) {
        if (step.isUndo()) {
            return meanwhile == ConcurrentChange.RIGHT_LOST
                    ? "must be owner of table"
                    : "relation \"public\\.[a-z_]+\" does not exist";
        }
        String late = "The keeper public\\.\\S+ is missing or not valid, and the index that it made redundant is gone";
        return switch (meanwhile) {
            case TABLE_RENAMED -> "is not proven redundant, so it was not dropped\n  its definition is ";
            case TABLE_GONE -> late;
            case KEEPER_DROPPED -> when == When.BEFORE_THE_ACT ? late : "its keeper public\\.\\S+ does not exist";
            case KEEPER_INVALID -> when == When.BEFORE_THE_ACT ? late : "public\\.\\S+ is not valid";
            case RIGHT_LOST -> "must be owner of (index|table)";
        };
    }

    @Test
    void the_advised_undo_restores_the_index_if_the_keeper_is_dropped_as_well() {
        FaultStep step = steps.withStatements(steps.migrate(3));
        try (FaultScenario scene = FaultScenario.of(step)) {
            TestDatabase database = scene.database();
            scene.wire()
                    .before(
                            When.BEFORE_THE_ACT.in(step),
                            line -> database.runAsSuperuser(
                                    ConcurrentChange.KEEPER_DROPPED.done(step).toArray(String[]::new)));
            CommandRun run = scene.run();
            assertThat(run.error())
                    .contains("Create it again, or undo this migration: its undo script builds the dropped index.");
            CommandRun undo = scene.run("undo");
            assertThat(undo.output()).startsWith("Undone: V3 (");
            assertThat(database.indexes()).contains(ConcurrentChange.drop(step).definition());
            assertThat(database.history())
                    .contains("2 | SQL | V2__drop_commit_pr_idx.sql | t")
                    .noneMatch(row -> row.endsWith("| f"));
        }
    }

    @Test
    void a_permanently_dropped_table_stops_its_migration_and_changes_nothing_else() {
        FaultStep step = steps.withStatements(steps.migrate(2));
        try (FaultScenario scene = FaultScenario.of(step)) {
            TestDatabase database = scene.database();
            List<String> others = othersThanOf(database, "metrics_commit");
            scene.wire().before(When.BEFORE_THE_ACT.in(step), line -> database.run("drop table metrics_commit"));
            CommandRun run = scene.run();
            FaultScenario.isTold(run);
            assertThat(run.error()).contains("The keeper public.metrics_commit_pull_request_id_06f35677 is missing");
            assertThat(othersThanOf(database, "metrics_commit")).isEqualTo(others);
            assertThat(database.history()).noneMatch(row -> row.startsWith("2 ") && row.endsWith("| t"));
            scene.invariants().nothingOfOursIsLeft();
        }
    }

    private static List<String> othersThanOf(TestDatabase database, String table) {
        return database.indexes().stream()
                .filter(index -> !index.contains(" ON public." + table + " "))
                .toList();
    }

    @Order(Integer.MAX_VALUE)
    @Tag("long")
    @Test
    void the_guide_shows_the_results_of_this_run() {
        LEDGER.isInTheGuide();
    }
}
