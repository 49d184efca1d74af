/** Records the counters of every node of a cluster, as evidence of what is used and what is not. */
package dbopt.observe;
