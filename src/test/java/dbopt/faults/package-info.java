/** Injects every fault into every step, and shows that nothing is lost: running the same command again succeeds. */
package dbopt.faults;
