/**
 * The command {@code undo} for open-source Flyway: a plugin that runs the paired undo scripts, newest first, with Flyway's own
 * resolver, parser, executor, lock and callbacks. The plugin needs only Flyway, its PostgreSQL module, the driver, and the
 * classes of dbopt that find which session blocks another.
 */
package dbopt.undo;
