/** Judges each drop by what the application did afterwards, and undoes what is worse. */
package dbopt.watch;
