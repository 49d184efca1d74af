package dbopt.evidence;

import static java.util.Objects.requireNonNull;

/**
 * The counters of a statement on a node, over all its executions.
 *
 * @param id the query identifier and the role's OID; another version of PostgreSQL computes other query identifiers
 * @param text the statement with $1, $2 ... in place of the constants
 * @param blocks how many blocks were read from the cache or the disk
 */
public record StatementCounters(String id, String role, String text, long calls, long blocks, double milliseconds) {
    public StatementCounters {
        requireNonNull(id, "id is null");
        requireNonNull(role, "role is null");
        requireNonNull(text, "text is null");
    }
}
