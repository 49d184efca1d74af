package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a page reports about the time since the last run. */
@Tag("anyversion")
class SinceTest {
    private static final String DEAD = "dead_rows";
    private static final String SLOTS = "replication_slots";

    private static CheckResult result(String check, Finding... findings) {
        return new CheckResult(CheckRun.check(check), List.of(findings), List.of());
    }

    private static Finding warning(String object) {
        return new Finding(Severity.WARNING, object, Optional.empty(), "", "", Optional.empty());
    }

    private static Finding info(String object) {
        return new Finding(Severity.INFO, object, Optional.empty(), "", "", Optional.empty());
    }

    private static HealthReport report(CheckResult... results) {
        return new HealthReport(
                Instant.parse("2026-01-02T00:00:00Z"),
                "17",
                "here",
                false,
                Arrays.asList(results),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.of(List.of(new Deploy(2, "V2__drop_a.sql", false), new Deploy(1, "V1__schema.sql", false))));
    }

    private static Since since(Map<String, List<String>> before, CheckResult... now) {
        History history = new History(List.of(Runs.found("2026-01-01T00:00:00Z", before)));
        return Since.lastRun(history, report(now)).orElseThrow();
    }

    @Test
    void findings_are_new_gone_or_unchanged_and_the_deploys_since_then_are_named() {
        Since since = since(
                Map.of(DEAD, List.of("a", "b"), SLOTS, List.of("old")),
                result(DEAD, warning("b"), warning("c"), info("d")),
                result(SLOTS));
        assertThat(since.summary()).isEqualTo("1 new, 2 gone, 1 as before.");
        assertThat(since.found()).extracting(Since.Change::object).containsExactly("c");
        assertThat(since.gone()).extracting(Since.Change::object).containsExactly("a", "old");
        assertThat(since.isNew(CheckRun.check(DEAD), warning("c"))).isTrue();
        assertThat(since.isNew(CheckRun.check(DEAD), warning("b"))).isFalse();
        assertThat(since.isNew(CheckRun.check(SLOTS), warning("c"))).isFalse();
        assertThat(since.deploys()).extracting(Deploy::name).containsExactly("V2__drop_a");
    }

    @Test
    void a_check_that_failed_in_either_run_is_not_compared() {
        assertThat(since(Map.of(DEAD, List.of("a")), result(DEAD, Finding.unknown("no right")))
                        .summary())
                .isEqualTo("No new findings and none gone: 0 as before.");
        assertThat(since(Map.of(), result(DEAD, warning("a"))).summary())
                .isEqualTo("No new findings and none gone: 0 as before.");
    }

    @Test
    void the_first_run_and_an_entry_of_an_older_version_are_not_compared() {
        assertThat(Since.lastRun(new History(List.of()), report())).isEmpty();
        assertThat(Since.lastRun(new History(List.of(Runs.run("2026-01-01T00:00:00Z", 1))), report())
                        .orElseThrow()
                        .summary())
                .isEqualTo("The history does not have the findings of the last run.");
    }

    @Test
    void findings_beyond_the_limit_of_a_history_entry_are_not_kept() {
        Finding[] many = new Finding[Snapshot.MOST_FINDINGS + 1];
        Arrays.setAll(many, number -> warning("t" + number));
        assertThat(Snapshot.of(report(result(DEAD, many))).findings()).isEmpty();
        assertThat(Snapshot.of(report(result(DEAD, warning("a")))).findings()).contains(Map.of(DEAD, List.of("a")));
    }
}
