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
 * The statistics that the planner has of one expression of an index, as an object of its own, which takes their place once
 * the index is gone. Names are schema-qualified and quoted where SQL needs it.
 *
 * @param column of the index
 * @param target how many values are sampled, where somebody has set it
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
     * Those of an index, in the order of its expressions.
     *
     * @param expressions by key, as PostgreSQL prints them; empty for a key that is a column
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

    /** Beside the index's name, in the same schema: at most 63 bytes long. */
    private static String name(IndexDefinition index, String end) {
        String beginning =
                QualifiedName.parse(index.qualifiedName()).orElseThrow().name();
        while ((beginning + end).getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            beginning = beginning.substring(0, beginning.offsetByCodePoints(beginning.length(), -1));
        }
        return index.schema() + "." + SqlText.identifier(beginning + end);
    }

    /** The same with the target that is set for the column of the index, if one is. */
    ExpressionStatistics with(Map<Integer, Integer> targets) {
        Integer set = targets.get(column);
        return new ExpressionStatistics(
                name, table, expression, column, set == null ? OptionalInt.empty() : OptionalInt.of(set));
    }

    /** The statements that make them; one that is there already is skipped. */
    public List<String> create() {
        String create = "create statistics if not exists %s on (%s) from %s".formatted(name, expression, table);
        return target.isEmpty()
                ? List.of(create)
                : List.of(create, "alter statistics %s set statistics %d".formatted(name, target.getAsInt()));
    }

    /** The statement that takes them away. */
    public String drop() {
        return "drop statistics if exists " + name;
    }
}
