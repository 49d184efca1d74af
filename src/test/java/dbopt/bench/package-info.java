/** Measures the cost of the migrations next to alternatives that do the same: {@code scripts/bench}. */
package dbopt.bench;
