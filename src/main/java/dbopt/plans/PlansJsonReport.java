package dbopt.plans;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The comparison for programs: one object. */
final class PlansJsonReport {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private PlansJsonReport() {}

    static String of(PlanComparison comparison) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("server", comparison.after().server());
        object.put("recordedAt", comparison.before().recordedAt());
        object.put("settings", comparison.after().settings());
        object.put(
                "queries",
                comparison.changes().stream().map(PlansJsonReport::change).toList());
        object.put("notes", comparison.notes());
        return MAPPER.writeValueAsString(object);
    }

    private static Map<String, Object> change(PlanChange change) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("query", change.query());
        object.put("verdict", change.verdict().code());
        object.put("times", change.times().orElse(null));
        object.put("estimated", change.estimated());
        object.put("detail", change.detail());
        object.put("before", plan(change.before()));
        object.put("after", plan(change.after()));
        return object;
    }

    private static Map<String, Object> plan(Optional<QueryPlan> plan) {
        if (plan.isEmpty()) {
            return null;
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("shape", plan.get().shape());
        object.put("indexes", plan.get().indexes());
        object.put("sequential", plan.get().sequential());
        object.put("cost", plan.get().cost());
        object.put("buffers", plan.get().work().map(ExecutionCost::buffers).orElse(null));
        object.put(
                "milliseconds",
                plan.get().work().map(ExecutionCost::milliseconds).orElse(null));
        return object;
    }
}
