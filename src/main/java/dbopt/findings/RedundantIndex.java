package dbopt.findings;

import static java.util.Objects.requireNonNull;

import dbopt.terminal.GuidePage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * An index that another index of the same table makes unnecessary: proven. Names are as the catalog has them, unquoted.
 *
 * @param coveredBy the keeper, which stays
 * @param definition the statement that created the index
 * @param undoSql the statement that builds it again, concurrently and in the same tablespace; of a partitioned one the statements,
 *     each to be run by itself
 * @param scans how often it and the keeper were scanned; empty where that is unknown
 * @param notes what to weigh before dropping it; no part of the proof
 */
public record RedundantIndex(
        String schema,
        String table,
        String index,
        Kind kind,
        String coveredBy,
        OptionalLong sizeBytes,
        String definition,
        String undoSql,
        Optional<PartitionedParts> parts,
        Optional<Scans> scans,
        List<String> notes)
        implements AuditedIndex {
    /** The kind of finding of a partitioned one, by which its page is named. */
    public static final String PARTITIONED = "redundant_partitioned";

    /** How often an index and its keeper were scanned, as far as the server counts. */
    public record Scans(long own, long keeper) {}

    /** How the keeper covers an index. */
    public enum Kind {
        /** The keeper has the same keys. */
        DUPLICATE,
        /** The keys are the leading keys of the keeper. */
        PREFIX;

        /** The name of the kind in reports. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public RedundantIndex {
        requireNonNull(schema, "schema is null");
        requireNonNull(table, "table is null");
        requireNonNull(index, "index is null");
        requireNonNull(kind, "kind is null");
        requireNonNull(coveredBy, "coveredBy is null");
        requireNonNull(definition, "definition is null");
        requireNonNull(undoSql, "undoSql is null");
        requireNonNull(parts, "parts is null");
        requireNonNull(scans, "scans is null");
        notes = List.copyOf(notes);
    }

    /** A copy with another note. */
    public RedundantIndex with(String note) {
        return new RedundantIndex(
                schema,
                table,
                index,
                kind,
                coveredBy,
                sizeBytes,
                definition,
                undoSql,
                parts,
                scans,
                Stream.concat(notes.stream(), Stream.of(note)).toList());
    }

    /** Whether it is dropped while others read and write: a partitioned one is not. */
    public boolean isConcurrent() {
        return parts.isEmpty();
    }

    /** The page of the guides that explains it. */
    public String page() {
        return GuidePage.of(isConcurrent() ? kind.label() : PARTITIONED);
    }

    /** The statement that drops the index. A person runs it after reading the evidence; the audit only reads. */
    public String dropSql() {
        return (isConcurrent() ? "DROP INDEX CONCURRENTLY " : "DROP INDEX ") + qualifiedName();
    }
}
