package dbopt.evidence;

import static java.util.Objects.requireNonNull;

/**
 * What a node has counted of a statement, in all its executions.
 *
 * @param id the query's number and the role's OID; another version of PostgreSQL numbers queries otherwise
 * @param text with $1, $2 ... in place of the constants
 * @param blocks read from the cache or the disk
 */
public record StatementCounters(String id, String role, String text, long calls, long blocks, double milliseconds) {
    public StatementCounters {
        requireNonNull(id, "id is null");
        requireNonNull(role, "role is null");
        requireNonNull(text, "text is null");
    }
}
