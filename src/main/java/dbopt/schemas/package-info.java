/** One command on many schemas of a database: which ones, one after the other or side by side, and what is said of them. */
package dbopt.schemas;
