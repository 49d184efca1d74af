package dbopt.findings;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The parts that a partitioned index has on partitions, which are dropped and restored with it.
 *
 * @param number of those that hold rows
 * @param undoSql the statements that restore it with all of them, each to be run by itself
 * @param statements what makes the index, without parts, and then each of them
 */
public record PartitionedParts(int number, String undoSql, List<String> statements) {
    public PartitionedParts {
        requireNonNull(undoSql, "undoSql is null");
        statements = List.copyOf(statements);
    }
}
