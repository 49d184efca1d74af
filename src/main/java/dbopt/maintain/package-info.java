/**
 * The {@code maintain} command: decides from the server's counters which tables to analyse or vacuum, runs the statements,
 * and rebuilds bloated indexes.
 */
package dbopt.maintain;
