/** Many databases in one run: the file that names them, who is asked when, and the summary. */
package dbopt.fleet;
