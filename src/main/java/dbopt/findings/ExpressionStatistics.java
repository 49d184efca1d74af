package dbopt.findings;

import static java.util.Objects.requireNonNull;

import dbopt.accepted.IndexDefinition;
import dbopt.guard.QualifiedName;
import dbopt.guard.SqlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * An extended statistics object for one expression of an index. It replaces the statistics that the planner has from the index
 * once the index is dropped. Names are schema-qualified and quoted where SQL needs it.
 *
 * @param column the number of the expression's column in the index
 * @param target the statistics target, if somebody has set one for the index's column
 */
public record ExpressionStatistics(String name, String table, String expression, int column, OptionalInt target) {
    private static final int LONGEST_NAME = 63;

    public ExpressionStatistics {
        requireNonNull(name, "name is null");
        requireNonNull(table, "table is null");
        requireNonNull(expression, "expression is null");
        requireNonNull(target, "target is null");
    }

    /**
     * Returns the statistics objects for an index, in the order of its expressions.
     *
     * @param expressions the index's keys as PostgreSQL prints them; an empty string for a key that is a column
     */
    static List<ExpressionStatistics> of(IndexDefinition index, List<String> expressions) {
        List<ExpressionStatistics> statistics = new ArrayList<>();
        for (int column = 1; column <= expressions.size(); column++) {
            String expression = expressions.get(column - 1);
            if (!expression.isEmpty()) {
                String end = statistics.isEmpty() ? "_statistics" : "_statistics" + (statistics.size() + 1);
                statistics.add(new ExpressionStatistics(
                        name(index, end), index.table(), expression, column, OptionalInt.empty()));
            }
        }
        return statistics;
    }

    /**
     * Returns a name for the statistics object: the index's schema, and the index's name with this end, shortened to 63 bytes.
     */
    private static String name(IndexDefinition index, String end) {
        String beginning =
                QualifiedName.parse(index.qualifiedName()).orElseThrow().name();
        while ((beginning + end).getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            beginning = beginning.substring(0, beginning.offsetByCodePoints(beginning.length(), -1));
        }
        return index.schema() + "." + SqlText.identifier(beginning + end);
    }

    /** Returns a copy of this object with the target that is set for the column of the index, if there is one. */
    ExpressionStatistics with(Map<Integer, Integer> targets) {
        Integer set = targets.get(column);
        return new ExpressionStatistics(
                name, table, expression, column, set == null ? OptionalInt.empty() : OptionalInt.of(set));
    }

    /** Returns the statements that create the statistics object, unless it exists, and set its target. */
    public List<String> create() {
        String create = "create statistics if not exists %s on (%s) from %s".formatted(name, expression, table);
        return target.isEmpty()
                ? List.of(create)
                : List.of(create, "alter statistics %s set statistics %d".formatted(name, target.getAsInt()));
    }

    /** Returns the statement that drops the statistics object. */
    public String drop() {
        return "drop statistics if exists " + name;
    }
}
