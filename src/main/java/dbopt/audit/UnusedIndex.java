package dbopt.audit;

import static java.util.Objects.requireNonNull;

import dbopt.accepted.IndexDefinition;
import dbopt.evidence.Verdict;
import java.util.List;
import java.util.OptionalLong;

/**
 * An index that no node has scanned, by the evidence. Names are as the catalog has them, unquoted.
 *
 * @param undoSql the statement that builds it again, concurrently and in the same tablespace
 * @param notes what to weigh before dropping it; no part of the proof
 */
record UnusedIndex(
        String schema,
        String table,
        String index,
        OptionalLong sizeBytes,
        String definition,
        String undoSql,
        Verdict.Unused proof,
        List<String> notes)
        implements AuditedIndex {
    UnusedIndex {
        requireNonNull(schema, "schema is null");
        requireNonNull(table, "table is null");
        requireNonNull(index, "index is null");
        requireNonNull(definition, "definition is null");
        requireNonNull(undoSql, "undoSql is null");
        requireNonNull(proof, "proof is null");
        notes = List.copyOf(notes);
    }

    /** For a person to run after reading the evidence; the audit only reads. */
    String dropSql() {
        return "DROP INDEX CONCURRENTLY " + IndexDefinition.of(definition).qualifiedName();
    }
}
