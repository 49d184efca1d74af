/** The embedded PostgreSQL of dbopt's repository, for trying things out. */
package dbopt.embedded;
