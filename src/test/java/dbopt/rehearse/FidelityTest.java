package dbopt.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many plans are the same in the twin, at a scale where the planner has real choices. It prints what it measured. */
@Tag("long")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class FidelityTest {
    private static final int GOAL_PERCENT = 95;

    @TempDir
    private Path cache;

    @Test
    void nearly_all_plans_are_the_same_with_and_without_a_vacuum_and_with_other_costs() {
        try (TestDatabase database = TestDatabase.audited("0.3")) {
            assertFaithful(database, "as it was loaded");
            database.run("vacuum analyze");
            assertFaithful(database, "after VACUUM (ANALYZE)");
            database.runAsSuperuser("alter database " + database.name() + " set random_page_cost = 1.1");
            assertFaithful(database, "with random_page_cost 1.1");
        }
    }

    private void assertFaithful(TestDatabase database, String when) {
        Map<String, String> environment = new HashMap<>(database.address());
        environment.put("XDG_CACHE_HOME", cache.toString());
        environment.put("PATH", System.getenv("PATH"));
        CommandRun run = CommandRun.with(environment, "rehearse", "--check");
        System.out.println(when + ": " + run.output());
        Matcher same = Pattern.compile("of ([0-9]+) statements, ([0-9]+) have the same plan")
                .matcher(run.output());
        assertThat(same.find()).as(run.output() + run.error()).isTrue();
        assertThat(100 * Integer.parseInt(same.group(2)) / Integer.parseInt(same.group(1)))
                .as(run.output())
                .isGreaterThanOrEqualTo(GOAL_PERCENT);
    }
}
