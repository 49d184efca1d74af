package dbopt.queries;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A plan as {@code explain (verbose, format json)} prints it.
 *
 * @param rows the rows that the planner expects the query to find
 * @param buffers the pages that the plan itself read; 0 unless it was run with {@code analyze, buffers}
 * @param milliseconds the time of the execution, triggers included; 0 unless it was run
 * @param estimates the rows that the planner expects of each node, in the order of the shape
 */
public record ExplainedPlan(
        List<String> shape,
        SortedSet<String> indexes,
        SortedSet<String> sequential,
        double cost,
        double rows,
        long buffers,
        double milliseconds,
        List<Double> estimates) {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final List<String> BUFFERS = List.of("Shared Hit Blocks", "Shared Read Blocks");

    public ExplainedPlan {
        shape = List.copyOf(shape);
        indexes = new TreeSet<>(indexes);
        sequential = new TreeSet<>(sequential);
        estimates = List.copyOf(estimates);
    }

    public static ExplainedPlan parse(String json) {
        JsonNode explained = MAPPER.readTree(json).get(0);
        JsonNode top = explained.get("Plan");
        Reader reader = new Reader();
        reader.read(top, "", "");
        return new ExplainedPlan(
                reader.shape,
                reader.indexes,
                reader.sequential,
                top.path("Total Cost").asDouble(),
                rows(top),
                BUFFERS.stream().mapToLong(name -> top.path(name).asLong()).sum(),
                explained.path("Execution Time").asDouble(),
                reader.estimates);
    }

    /** Whether every node of both plans does the same to the same tables by the same indexes. */
    public boolean hasPlanOf(ExplainedPlan other) {
        return shape.equals(other.shape) && indexes.equals(other.indexes) && sequential.equals(other.sequential);
    }

    /** Reads the expected rows of the node that finds them: a node that changes rows returns none, and an aggregate few. */
    private static double rows(JsonNode top) {
        JsonNode finding = top;
        while (finding.path("Node Type").asString().matches("ModifyTable|Aggregate")) {
            finding = finding.path("Plans").path(0);
        }
        return finding.path("Plan Rows").asDouble();
    }

    /** Walks down the nodes of a plan. A bitmap index scan does not name the schema of its index; the node above it does. */
    private static final class Reader {
        private final List<String> shape = new ArrayList<>();
        private final List<Double> estimates = new ArrayList<>();
        private final SortedSet<String> indexes = new TreeSet<>();
        private final SortedSet<String> sequential = new TreeSet<>();

        private void read(JsonNode node, String schemaAbove, String indent) {
            String schema = node.path("Schema").asString(schemaAbove);
            String type = node.path("Node Type").asString();
            String table = qualified(schema, node.path("Relation Name").asString(""));
            String index = qualified(schema, node.path("Index Name").asString(""));
            if (!index.isEmpty()) {
                indexes.add(index);
            }
            if (type.equals("Seq Scan")) {
                sequential.add(table);
            }
            shape.add(indent + line(node, type, table, index));
            estimates.add(node.path("Plan Rows").asDouble());
            node.path("Plans").forEach(child -> read(child, schema, indent + "  "));
        }

        private static String line(JsonNode node, String type, String table, String index) {
            String parallel = node.path("Parallel Aware").asBoolean(false) ? "Parallel " : "";
            String operation = node.path("Operation").asString("");
            String backward = node.path("Scan Direction").asString("").equals("Backward") ? " backward" : "";
            String strategy = node.path("Strategy").asString("").replace("Plain", "");
            return parallel
                    + type
                    + (operation.isEmpty() ? "" : " (" + operation + ")")
                    + (strategy.isEmpty() ? "" : " (" + strategy + ")")
                    + backward
                    + (index.isEmpty() ? "" : " using " + index)
                    + (table.isEmpty() ? "" : " on " + table);
        }

        private static String qualified(String schema, String name) {
            return name.isEmpty() || schema.isEmpty() ? name : schema + "." + name;
        }
    }
}
