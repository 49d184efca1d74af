/** The {@code matrix} command: a job for each of many databases. */
package dbopt.matrix;
