/** What a person reads: output, tables, failures, and what an interrupt does. */
package dbopt.terminal;
