/** Finds every redundant index of a PostgreSQL database, with the proof, and writes the migrations that drop them. */
package dbopt.audit;
