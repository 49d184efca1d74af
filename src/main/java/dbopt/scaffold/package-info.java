/** Writes migrations that drop indexes which the audit found, and their undo scripts. */
package dbopt.scaffold;
