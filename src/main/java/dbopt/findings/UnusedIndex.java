package dbopt.findings;

import static java.util.Objects.requireNonNull;

import dbopt.accepted.IndexDefinition;
import dbopt.evidence.UsageVerdict;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * An index that no node has scanned, by the evidence. Names are as the catalog has them, unquoted.
 *
 * @param undoSql the statement that builds it again, concurrently and in the same tablespace; of a partitioned one the statements,
 *     each to be run by itself
 * @param statistics what the planner knows of its expressions, which must be created before it is dropped
 * @param notes what to weigh before dropping it; no part of the proof
 */
public record UnusedIndex(
        String schema,
        String table,
        String index,
        OptionalLong sizeBytes,
        String definition,
        String undoSql,
        Optional<PartitionedParts> parts,
        UsageVerdict.Unused proof,
        List<ExpressionStatistics> statistics,
        List<String> notes)
        implements AuditedIndex {
    public UnusedIndex {
        requireNonNull(schema, "schema is null");
        requireNonNull(table, "table is null");
        requireNonNull(index, "index is null");
        requireNonNull(definition, "definition is null");
        requireNonNull(undoSql, "undoSql is null");
        requireNonNull(parts, "parts is null");
        requireNonNull(proof, "proof is null");
        statistics = List.copyOf(statistics);
        notes = List.copyOf(notes);
    }

    /** A copy with another note. */
    public UnusedIndex with(String note) {
        return new UnusedIndex(
                schema,
                table,
                index,
                sizeBytes,
                definition,
                undoSql,
                parts,
                proof,
                statistics,
                Stream.concat(notes.stream(), Stream.of(note)).toList());
    }

    /** The statement that drops the index. A person runs it after reading the evidence; the audit only reads. */
    public String dropSql() {
        return (parts.isEmpty() ? "DROP INDEX CONCURRENTLY " : "DROP INDEX ") + qualifiedName();
    }

    /** The statements to run before that, so that the planner keeps its statistics of the expressions. */
    public List<String> statisticsSql() {
        return statistics.isEmpty()
                ? List.of()
                : Stream.concat(
                                statistics.stream().flatMap(made -> made.create().stream()),
                                Stream.of("analyze "
                                        + IndexDefinition.of(definition).table()))
                        .toList();
    }
}
