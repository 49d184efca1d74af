/** Output for people: progress and results, tables, failures, and the handling of interrupts. */
package dbopt.terminal;
