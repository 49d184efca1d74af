/** What scripts say to the guard, read back from their text. */
package dbopt.guard;
