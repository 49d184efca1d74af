/** What every capability shares: where the database is, and how Flyway is set up for it. */
package dbopt.database;
