/** Judges each drop by what the application did afterwards, and undoes drops that made something worse. */
package dbopt.watch;
