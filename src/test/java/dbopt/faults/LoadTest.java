package dbopt.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Writers and readers run all the time: none of their statements fails because of dbopt, and no row is lost or duplicated. */
@Tag("faults")
@Timeout(300)
class LoadTest {
    @AutoClose
    private final TestDatabase database = TestDatabase.audited();

    @Test
    void migrate_undo_and_a_second_migrate_do_not_disturb_an_application() {
        Invariants invariants = Invariants.of(database);
        try (ApplicationLoad load = ApplicationLoad.on(database)) {
            for (String command : new String[] {"migrate", "undo --target 2", "migrate"}) {
                CommandRun run = CommandRun.on(database, command.split(" "));
                assertThat(run.exitCode()).as(run.error()).isZero();
                load.awaitTurns();
                invariants.holdAtRest();
            }
            assertThat(load.problems()).isEmpty();
        }
    }

    @Test
    void a_lost_row_a_duplicated_row_and_an_orphan_are_detected() {
        try (ApplicationLoad load = ApplicationLoad.on(database)) {
            load.close();
            database.runAsSuperuser(
                    "set session_replication_role = replica",
                    "delete from metrics_pullrequest where id = (select max(id) from metrics_pullrequest)",
                    "insert into metrics_aiusagedaily select (jsonb_populate_record(u, '{\"id\": -1, \"source\": \"doubled\"}')).*"
                            + " from metrics_aiusagedaily u where id = 1");
            assertThat(load.problems())
                    .anyMatch(problem -> problem.matches("metrics_pullrequest has \\d+ rows, and not \\d+"))
                    .anyMatch(problem -> problem.matches("metrics_aiusagedaily has \\d+ rows, and not \\d+"))
                    .anyMatch(problem -> problem.matches("pull request \\d+ is not there once, with its rows"))
                    .anyMatch(problem -> problem.contains("foreign keys have orphans"));
        }
    }
}
