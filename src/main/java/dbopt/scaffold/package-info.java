/** Writes the migration that drops what the audit found, and its undo script. */
package dbopt.scaffold;
