/**
 * Observations of the counters of a cluster's nodes, the file that holds them, and the rule by which they prove that an
 * index is unused.
 */
package dbopt.evidence;
