package dbopt.plans;

/**
 * What running a query took: the median of several runs.
 *
 * @param buffers pages read, from memory or from disk, foreign-key checks included
 * @param milliseconds for people to read; nothing is decided by it
 */
record ExecutionCost(long buffers, double milliseconds) {}
