/** The {@code matrix} command: prints a GitLab matrix with a job for each of many databases. */
package dbopt.matrix;
