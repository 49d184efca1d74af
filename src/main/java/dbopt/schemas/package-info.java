/** Runs one command on many schemas of a database: it selects them, works on one or several at a time, and reports. */
package dbopt.schemas;
