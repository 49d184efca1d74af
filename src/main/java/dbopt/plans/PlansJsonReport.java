package dbopt.plans;

import dbopt.terminal.JsonText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/** Writes the comparison as one JSON object, for programs. */
final class PlansJsonReport {
    private PlansJsonReport() {}

    private record ComparisonObject(
            String server,
            String recordedAt,
            Map<String, String> settings,
            List<ChangeObject> queries,
            List<String> notes) {}

    private record ChangeObject(
            String query,
            String verdict,
            Optional<Double> times,
            boolean estimated,
            String detail,
            Optional<PlanObject> before,
            Optional<PlanObject> after) {
        private static ChangeObject of(PlanChange change) {
            return new ChangeObject(
                    change.query(),
                    change.verdict().code(),
                    change.times(),
                    change.estimated(),
                    change.detail(),
                    change.before().map(PlanObject::of),
                    change.after().map(PlanObject::of));
        }
    }

    private record PlanObject(
            List<String> shape,
            SortedSet<String> indexes,
            SortedSet<String> sequential,
            double cost,
            Optional<Long> buffers,
            Optional<Double> milliseconds) {
        private static PlanObject of(QueryPlan plan) {
            return new PlanObject(
                    plan.shape(),
                    plan.indexes(),
                    plan.sequential(),
                    plan.cost(),
                    plan.work().map(ExecutionCost::buffers),
                    plan.work().map(ExecutionCost::milliseconds));
        }
    }

    static String of(PlanComparison comparison) {
        return JsonText.of(new ComparisonObject(
                comparison.after().server(),
                comparison.before().recordedAt(),
                comparison.after().settings(),
                comparison.changes().stream().map(ChangeObject::of).toList(),
                comparison.notes()));
    }
}
