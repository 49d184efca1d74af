package dbopt.findings;

import static java.util.Objects.requireNonNull;

import dbopt.accepted.IndexDefinition;
import dbopt.evidence.UsageVerdict;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * An index that no node has scanned, by the observations. Names are as the catalog has them, unquoted.
 *
 * @param undoSql the statement that builds the index again, concurrently and in the same tablespace; for a partitioned index
 *     several statements, each to be run by itself
 * @param statistics the statistics objects for the index's expressions, which must be created before the index is dropped
 * @param notes what to weigh before dropping the index; not part of the proof
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

    /** Returns a copy of this finding with another note. */
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

    /** Returns the statement that drops the index, for a person to run; the audit itself only reads. */
    public String dropSql() {
        return (parts.isEmpty() ? "DROP INDEX CONCURRENTLY " : "DROP INDEX ") + qualifiedName();
    }

    /** Returns the statements to run before the index is dropped, so that the planner keeps statistics of the expressions. */
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
