/** The Flyway project that a command works on: its configuration, its scripts, and Flyway's messages. */
package dbopt.project;
