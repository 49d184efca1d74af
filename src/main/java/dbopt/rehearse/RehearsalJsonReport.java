package dbopt.rehearse;

import dbopt.queries.ExplainedPlan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A rehearsal for programs: one object. */
final class RehearsalJsonReport {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private RehearsalJsonReport() {}

    static String of(Rehearsal rehearsal) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("server", rehearsal.server());
        object.put("without", rehearsal.without());
        object.put(
                "statements",
                rehearsal.changes().stream().map(RehearsalJsonReport::change).toList());
        object.put("indexes", rehearsal.uses());
        if (rehearsal.workload().days().isPresent()) {
            object.put("shareOfCalls", rehearsal.shareOfCalls());
            object.put("shareOfTime", rehearsal.shareOfTime());
            object.put("hiddenTexts", rehearsal.workload().hidden());
            object.put("utilityStatements", rehearsal.workload().utility());
        }
        object.put("unknownObjects", new TreeMap<>(rehearsal.unknown()));
        object.put("notes", rehearsal.notes());
        return MAPPER.writeValueAsString(object);
    }

    private static Map<String, Object> change(StatementChange change) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("statement", change.statement().name());
        object.put("text", change.statement().sql());
        object.put(
                "verdict",
                Rehearsal.label(change.verdict()).equals("unknown")
                        ? "unknown"
                        : change.verdict().code());
        object.put("values", change.values());
        object.put("times", change.after().isPresent() ? change.times() : null);
        object.put(
                "callsADay",
                change.statement().callsADay().isPresent()
                        ? change.statement().callsADay().getAsDouble()
                        : null);
        object.put("detail", change.detail());
        object.put("before", plan(change.before()));
        object.put("after", plan(change.after()));
        return object;
    }

    private static Map<String, Object> plan(Optional<ExplainedPlan> plan) {
        if (plan.isEmpty()) {
            return null;
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("shape", plan.get().shape());
        object.put("indexes", plan.get().indexes());
        object.put("sequential", plan.get().sequential());
        object.put("cost", plan.get().cost());
        return object;
    }
}
