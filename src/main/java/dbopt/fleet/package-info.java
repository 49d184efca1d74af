/** Runs a command on many databases: the file that names them, the order of the work, and the summary. */
package dbopt.fleet;
