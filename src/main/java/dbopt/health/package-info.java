/**
 * The health report: runs every check of {@code db/health}, and tells what they found as text, JSON, a page, or metrics.
 *
 * <p>A check is one SELECT with a header, {@link dbopt.health.Check}; adding one is adding its file and its test. The checks
 * are SQL of this repository and not those of pg-index-health: each says here for itself what it could not see ("unknown"),
 * how long the server has counted and what to do, which its Java API has no place for, and a person can run each with psql.
 */
package dbopt.health;
