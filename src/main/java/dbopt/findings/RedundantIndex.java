package dbopt.findings;

import static java.util.Objects.requireNonNull;

import dbopt.terminal.GuidePage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * An index that is proven redundant, because another index of the same table, the keeper, serves in its place. Names are as the
 * catalog has them, unquoted.
 *
 * @param coveredBy the keeper, which stays
 * @param definition the statement that creates the index
 * @param undoSql the statement that builds the index again, concurrently and in the same tablespace; for a partitioned index
 *     several statements, each to be run by itself
 * @param scans how often the index and the keeper were scanned; empty if that is unknown
 * @param notes what to weigh before dropping the index; not part of the proof
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
    /** The kind of finding for a redundant partitioned index, which names its page of the guides. */
    public static final String PARTITIONED = "redundant_partitioned";

    /** How often an index and its keeper were scanned, by the counters of the audited server. */
    public record Scans(long own, long keeper) {}

    /** How the keeper covers an index. */
    public enum Kind {
        /** The keeper has the same keys. */
        DUPLICATE,
        /** The index's keys are the leading keys of the keeper. */
        PREFIX;

        /** Returns the name of the kind in reports. */
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

    /** Returns a copy of this finding with another note. */
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

    /** Whether the index can be dropped while other sessions read and write; a partitioned index cannot. */
    public boolean isConcurrent() {
        return parts.isEmpty();
    }

    /** Returns the page of the guides that explains the finding. */
    public String page() {
        return GuidePage.of(isConcurrent() ? kind.label() : PARTITIONED);
    }

    /** Returns the statement that drops the index, for a person to run; the audit itself only reads. */
    public String dropSql() {
        return (isConcurrent() ? "DROP INDEX CONCURRENTLY " : "DROP INDEX ") + qualifiedName();
    }
}
