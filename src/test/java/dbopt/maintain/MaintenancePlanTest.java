package dbopt.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.tenants.EqualSchemas;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaintenancePlanTest {
    private static final Optional<Instant> YESTERDAY = Optional.of(Instant.parse("2026-01-01T00:00:00Z"));

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        fresh                                     | 10000 |    0 |   0 | 200 | 200 | yes | yes | PRESENT | nothing
        changes below the threshold               | 10000 |    0 | 550 | 200 | 200 | yes | yes | PRESENT | nothing
        changes above the threshold               | 10000 |    0 | 551 | 200 | 200 | yes | yes | PRESENT | analyze: 551 changes since its statistics were made
        dead rows below the threshold             | 10000 | 1050 |   0 | 200 |  90 | yes | yes | PRESENT | nothing
        dead rows above the threshold             | 10000 | 1051 |   0 | 200 |  90 | yes | yes | PRESENT | vacuum: 1,051 dead rows
        never analysed                            | 10000 |    0 |   0 | 200 |  90 | no  | yes | MISSING | analyze: no statistics: never analysed
        never analysed, and filled since the start| 10000 |    0 |9999 | 200 |  90 | no  | yes | MISSING | analyze: no statistics: never analysed
        counters lost                             | 10000 |    0 |   0 | 200 |  90 | no  | no  | PRESENT | analyze: statistics of unknown age: the counters were lost
        statistics not to be seen                 | 10000 |    0 |   0 | 200 |  90 | no  | yes | UNKNOWN | analyze: unknown whether it has statistics
        analysed, but no column can have any      | 10000 |    0 |   0 | 200 |  90 | yes | yes | MISSING | nothing
        never vacuumed                            | 10000 |    0 |   0 | 200 |   0 | yes | no  | PRESENT | vacuum: never vacuumed
        never vacuumed, but small                 | 10000 |    0 |   0 | 127 |   0 | yes | no  | PRESENT | nothing
        vacuumed before the counters were lost    | 10000 |    0 |   0 | 200 |   1 | yes | no  | PRESENT | nothing
        neither one nor the other                 | 10000 |    0 |   0 | 200 |   0 | no  | no  | MISSING | vacuum: never vacuumed; no statistics: never analysed
        empty                                     |     0 |    0 |   0 |   0 |   0 | no  | no  | MISSING | nothing
        """)
    void decides_by_the_counters_of_the_server(
            String scenario,
            long live,
            long dead,
            long changes,
            long pages,
            long visiblePages,
            String analyzed,
            String vacuumed,
            TableState.Statistics statistics,
            String decision) {
        TableState table = new TableState(
                "public.t",
                "me",
                false,
                true,
                false,
                live,
                dead,
                changes,
                pages,
                visiblePages,
                YESTERDAY.filter(time -> analyzed.equals("yes")),
                YESTERDAY.filter(time -> vacuumed.equals("yes")),
                statistics);
        assertThat(printed(MaintenancePlan.of(List.of(table)))).isEqualTo(decision);
    }

    private static String printed(MaintenancePlan plan) {
        return plan.isEmpty()
                ? "nothing"
                : plan.steps().get(0).statement().split(" ", 2)[0] + ": "
                        + String.join("; ", plan.steps().get(0).reasons());
    }

    @Test
    void a_table_named_by_the_audit_is_vacuumed_as_soon_as_anything_changed() {
        assertThat(printed(MaintenancePlan.of(List.of(named(200))))).isEqualTo("nothing");
        assertThat(printed(MaintenancePlan.of(List.of(named(199)))))
                .isEqualTo("vacuum: named by the audit, and not vacuumed since it changed");
    }

    private static TableState named(long visiblePages) {
        return new TableState(
                "public.t",
                "me",
                false,
                true,
                true,
                10_000,
                0,
                1,
                200,
                visiblePages,
                YESTERDAY,
                YESTERDAY,
                TableState.Statistics.PRESENT);
    }

    @Test
    void analyses_before_vacuuming_and_starts_with_the_smallest_table() {
        MaintenancePlan plan = MaintenancePlan.of(List.of(
                unknown("a", true, 900, 0),
                unknown("b", true, 300, 0),
                unknown("c", true, 500, 5),
                unknown("d", true, 100, 5)));
        assertThat(plan.steps().stream().map(MaintenanceStep::statement))
                .containsExactly("analyze d", "analyze c", "vacuum (analyze) b", "vacuum (analyze) a");
    }

    @Test
    void names_tables_that_this_role_is_not_allowed_to_maintain() {
        MaintenancePlan plan = MaintenancePlan.of(List.of(unknown("public.theirs", false, 900, 0)));
        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.text(EqualSchemas.none()))
                .isEqualTo(
                        """
                        This role is not allowed to maintain these, so they are left as they are (ask the owner; from PostgreSQL 17 on, MAINTAIN can be granted):
                          vacuum (analyze) public.theirs  -- owner them; never vacuumed; no statistics: never analysed
                        """);
    }

    private static TableState unknown(String name, boolean permitted, long pages, long visiblePages) {
        return new TableState(
                name,
                "them",
                false,
                permitted,
                false,
                10_000,
                0,
                0,
                pages,
                visiblePages,
                Optional.empty(),
                Optional.empty(),
                TableState.Statistics.MISSING);
    }
}
