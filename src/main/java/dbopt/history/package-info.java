/** Compares what a schema history says with the migrations in the locations. */
package dbopt.history;
