package dbopt.findings;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The parts of a partitioned index, one on each partition, which are dropped and restored with the index.
 *
 * @param number how many of the parts hold rows
 * @param undoSql the statements that restore the index with all its parts, each to be run by itself
 * @param statements the statement that creates the index without parts, and then one statement for each part
 */
public record PartitionedParts(int number, String undoSql, List<String> statements) {
    public PartitionedParts {
        requireNonNull(undoSql, "undoSql is null");
        statements = List.copyOf(statements);
    }
}
