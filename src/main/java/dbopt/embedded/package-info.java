/** The embedded PostgreSQL of the repository, for trying things out. */
package dbopt.embedded;
