package dbopt.findings;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An index that looks unnecessary and is not proven so.
 *
 * @param coveredBy the index that seems to serve in its place; empty for what an interrupted build left behind
 * @param code what is in the way, one of the names in {@code db/audit/needs_review.sql}
 * @param reason what has to be judged or done first, in words
 * @param definition the statement that created the index
 * @param undoSql the statements that restore it with what depends on it; empty for one that serves no query, and for what
 *     the observations alone found where an index by itself would not restore what is dropped with it
 * @param codes all that is in the way, most severe first; none for one that serves no query
 * @param evidence what the observations say for or against it; none without observations
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

    /** A copy with what the observations say of the index. */
    public IndexNeedingReview with(List<ReviewEvidence> otherEvidence) {
        return new IndexNeedingReview(
                schema, table, index, coveredBy, code, reason, sizeBytes, definition, undoSql, codes, otherEvidence);
    }

    /** A copy with another note. */
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
