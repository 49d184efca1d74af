/** The Flyway project that a command works on: its configuration, its scripts, what Flyway reports. */
package dbopt.project;
