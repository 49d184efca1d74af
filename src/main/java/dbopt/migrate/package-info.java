/** Runs the migrations, and reports what they did to the indexes. */
package dbopt.migrate;
