/** Breaks every step in every way, and shows that nothing is lost: the same command again reaches the goal. */
package dbopt.faults;
