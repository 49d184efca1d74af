package dbopt.findings;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An index that looks unnecessary, but is not proven to be.
 *
 * @param coveredBy the index that seems to serve in its place; empty for the remains of an interrupted build
 * @param code the main obstacle to dropping the index, one of the names in {@code db/audit/needs_review.sql}
 * @param reason what has to be judged or done first, in words
 * @param definition the statement that creates the index
 * @param undoSql the statements that restore the index with what depends on it; empty if the index serves no query, or if only
 *     the observations found it and building it again would not restore everything that is dropped with it
 * @param codes all obstacles, most severe first; empty if the index serves no query
 * @param evidence what the observations say for or against dropping the index; empty without observations
 */
public record IndexNeedingReview(
        String schema,
        String table,
        String index,
        Optional<String> coveredBy,
        String code,
        String reason,
        OptionalLong sizeBytes,
        String definition,
        Optional<String> undoSql,
        List<String> codes,
        List<ReviewEvidence> evidence)
        implements AuditedIndex {
    public IndexNeedingReview {
        requireNonNull(schema, "schema is null");
        requireNonNull(table, "table is null");
        requireNonNull(index, "index is null");
        requireNonNull(coveredBy, "coveredBy is null");
        requireNonNull(code, "code is null");
        requireNonNull(reason, "reason is null");
        requireNonNull(definition, "definition is null");
        requireNonNull(undoSql, "undoSql is null");
        codes = List.copyOf(codes);
        evidence = List.copyOf(evidence);
    }

    /** Returns a copy of this finding with what the observations say about the index. */
    public IndexNeedingReview with(List<ReviewEvidence> otherEvidence) {
        return new IndexNeedingReview(
                schema, table, index, coveredBy, code, reason, sizeBytes, definition, undoSql, codes, otherEvidence);
    }

    /** Returns a copy of this finding with another note. */
    public IndexNeedingReview with(String note) {
        return new IndexNeedingReview(
                schema,
                table,
                index,
                coveredBy,
                code,
                reason + "; " + note,
                sizeBytes,
                definition,
                undoSql,
                codes,
                evidence);
    }
}
