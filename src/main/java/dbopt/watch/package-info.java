/** Judges each drop by what the application did afterwards, and takes back what is worse. */
package dbopt.watch;
