package dbopt.rehearse;

import com.fasterxml.jackson.annotation.JsonInclude;
import dbopt.queries.ExplainedPlan;
import dbopt.terminal.JsonText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeMap;

/** Writes the report of a rehearsal as one JSON object, for programs. */
final class RehearsalJsonReport {
    private RehearsalJsonReport() {}

    /** The report. Fields about counted statements are left out for {@code db/queries}, whose statements are not counted. */
    private record RehearsalObject(
            String server,
            List<String> without,
            List<StatementObject> statements,
            List<Rehearsal.IndexUse> indexes,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double shareOfCalls,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double shareOfTime,
            @JsonInclude(JsonInclude.Include.NON_NULL) Integer hiddenTexts,
            @JsonInclude(JsonInclude.Include.NON_NULL) Integer utilityStatements,
            Map<String, String> unknownObjects,
            List<String> notes) {}

    private record StatementObject(
            String statement,
            String text,
            String verdict,
            String values,
            Optional<Double> times,
            OptionalDouble callsADay,
            String detail,
            Optional<PlanObject> before,
            Optional<PlanObject> after) {
        private static StatementObject of(StatementChange change) {
            return new StatementObject(
                    change.statement().name(),
                    change.statement().sql(),
                    Rehearsal.label(change.verdict()).equals("unknown")
                            ? "unknown"
                            : change.verdict().code(),
                    change.values(),
                    change.after().map(plan -> change.times()),
                    change.statement().callsADay(),
                    change.detail(),
                    change.before().map(PlanObject::of),
                    change.after().map(PlanObject::of));
        }
    }

    private record PlanObject(
            List<String> shape, SortedSet<String> indexes, SortedSet<String> sequential, double cost) {
        private static PlanObject of(ExplainedPlan plan) {
            return new PlanObject(plan.shape(), plan.indexes(), plan.sequential(), plan.cost());
        }
    }

    static String of(Rehearsal rehearsal) {
        boolean isCounted = rehearsal.workload().days().isPresent();
        return JsonText.of(new RehearsalObject(
                rehearsal.server(),
                rehearsal.without(),
                rehearsal.changes().stream().map(StatementObject::of).toList(),
                rehearsal.uses(),
                isCounted ? rehearsal.shareOfCalls() : null,
                isCounted ? rehearsal.shareOfTime() : null,
                isCounted ? rehearsal.workload().hidden() : null,
                isCounted ? rehearsal.workload().utility() : null,
                new TreeMap<>(rehearsal.unknown()),
                rehearsal.notes()));
    }
}
