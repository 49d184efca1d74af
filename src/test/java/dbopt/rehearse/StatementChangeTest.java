package dbopt.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.queries.ExplainedPlan;
import dbopt.queries.FailOn;
import dbopt.queries.PlanVerdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("anyversion")
class StatementChangeTest {
    private static final Planned PLAN = Planned.of(Map.of(
            Explainer.ANY_VALUES,
            ExplainedPlan.parse("[{\"Plan\": {\"Node Type\": \"Result\", \"Total Cost\": 5, \"Plan Rows\": 1}}]")));

    private static final Planned REFUSED =
            Planned.refused("there is no unique or exclusion constraint matching the ON CONFLICT specification");
    private static final Planned LATE = Planned.unknown("not reached within --max-duration");

    /** An upsert fails without the unique index that it names the columns of. */
    @Test
    void a_statement_that_the_server_refuses_without_the_index_fails() {
        StatementChange change = change(PLAN, REFUSED);
        assertThat(change.verdict()).isEqualTo(PlanVerdict.REFUSED);
        assertThat(change.detail())
                .isEqualTo("there is no unique or exclusion constraint matching the ON CONFLICT specification");
        assertThat(FailOn.SEQUENTIAL.fails(List.of(change.verdict()))).isTrue();
    }

    @Test
    void a_statement_refused_before_or_not_reached_afterwards_is_not_compared() {
        assertThat(change(REFUSED, REFUSED).verdict()).isEqualTo(PlanVerdict.NOT_COMPARED);
        assertThat(change(LATE, LATE).verdict()).isEqualTo(PlanVerdict.NOT_COMPARED);
        assertThat(change(PLAN, LATE).verdict()).isEqualTo(PlanVerdict.NOT_COMPARED);
    }

    @Test
    void the_worst_changes_come_first_and_unknown_ones_last() {
        assertThat(Stream.of(change(PLAN, PLAN), change(LATE, LATE), change(PLAN, REFUSED))
                        .sorted(StatementChange.WORST_FIRST)
                        .map(StatementChange::verdict))
                .containsExactly(PlanVerdict.REFUSED, PlanVerdict.SAME, PlanVerdict.NOT_COMPARED);
    }

    private static StatementChange change(Planned before, Planned after) {
        return StatementChange.of(
                new WorkloadStatement(
                        "1", "insert", true, Optional.empty(), false, OptionalDouble.of(1), 1, 1, Map.of()),
                before,
                after,
                Set.of(),
                1.25);
    }
}
