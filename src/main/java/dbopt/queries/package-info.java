/** Reads the application's queries in {@code db/queries} and their plans, and judges how two plans compare. */
package dbopt.queries;
