/** Runs the migrations, and tells what they did to the indexes. */
package dbopt.migrate;
