/** Compares what the application did before and after an index was dropped, from observations: better, the same, or worse. */
package dbopt.effects;
