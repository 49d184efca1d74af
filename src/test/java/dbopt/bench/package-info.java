/** Measures what the migrations cost, beside what else does the same: {@code scripts/bench}. */
package dbopt.bench;
