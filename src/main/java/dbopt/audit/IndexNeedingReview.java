package dbopt.audit;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * An index that looks unnecessary and is not proven so.
 *
 * @param coveredBy the index that seems to serve in its place; empty for what an interrupted build left behind
 * @param reason what a person has to judge or do first
 */
record IndexNeedingReview(String schema, String table, String index, Optional<String> coveredBy, String reason) {
    IndexNeedingReview {
        requireNonNull(schema, "schema is null");
        requireNonNull(table, "table is null");
        requireNonNull(index, "index is null");
        requireNonNull(coveredBy, "coveredBy is null");
        requireNonNull(reason, "reason is null");
    }
}
