package dbopt.rehearse;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds the column that each parameter of a statement is compared with, from the conditions of its generic plan.
 *
 * @param columns the columns by the parameter's number
 */
record ParameterColumns(Map<Integer, Column> columns) {
    /**
     * A column that a parameter is compared with.
     *
     * @param array whether the parameter is an array, one element of which has to be equal
     */
    record Column(String schema, String table, String name, boolean array) {}

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Pattern COMPARISON = Pattern.compile(
            "\\(?(?<alias>\"[^\"]+\"|\\w+)\\.(?<column>\"[^\"]+\"|\\w+)\\)?(?:::[\\w\\[\\] ]+?)? (?:=|<>|<|<=|>|>=|~~|~~\\*) (?<any>ANY )?\\(*\\$(?<number>[0-9]+)");

    static ParameterColumns read(String json) {
        JsonNode top = MAPPER.readTree(json).get(0).path("Plan");
        Map<String, String[]> tables = new HashMap<>();
        tables(top, tables);
        Map<Integer, Column> columns = new TreeMap<>();
        conditions(top, tables, columns);
        return new ParameterColumns(columns);
    }

    private static void tables(JsonNode node, Map<String, String[]> tables) {
        if (node.has("Relation Name")) {
            tables.put(node.path("Alias").asString(), new String[] {
                node.path("Schema").asString(""), node.path("Relation Name").asString()
            });
        }
        node.path("Plans").forEach(child -> tables(child, tables));
    }

    private static void conditions(JsonNode node, Map<String, String[]> tables, Map<Integer, Column> columns) {
        node.properties().stream()
                .filter(field -> field.getKey().matches(".*(Cond|Filter)"))
                .forEach(field -> read(field.getValue().asString(""), tables, columns));
        node.path("Plans").forEach(child -> conditions(child, tables, columns));
    }

    private static void read(String condition, Map<String, String[]> tables, Map<Integer, Column> columns) {
        for (MatchResult found : COMPARISON.matcher(condition).results().toList()) {
            Optional.ofNullable(tables.get(unquoted(found.group(1))))
                    .ifPresent(table -> columns.putIfAbsent(
                            Integer.parseInt(found.group(4)),
                            new Column(table[0], table[1], unquoted(found.group(2)), found.group(3) != null)));
        }
    }

    private static String unquoted(String name) {
        return name.startsWith("\"") ? name.substring(1, name.length() - 1) : name;
    }
}
