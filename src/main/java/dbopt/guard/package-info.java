/** Reads the guard's calls and other SQL from the text of scripts. */
package dbopt.guard;
