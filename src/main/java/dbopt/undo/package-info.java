/**
 * {@code undo} for open-source Flyway: a plugin that runs the paired undo scripts, newest first, on Flyway's own
 * resolver, parser, executor, lock and callbacks. It needs nothing but Flyway, its PostgreSQL module, the driver, and of this
 * tool what tells which sessions block another.
 */
package dbopt.undo;
