package dbopt.plans;

/**
 * The cost of running a query: the median of several runs.
 *
 * @param buffers the pages read from memory or from disk, foreign-key checks included
 * @param milliseconds the time, for people to read; no verdict depends on it
 */
record ExecutionCost(long buffers, double milliseconds) {}
