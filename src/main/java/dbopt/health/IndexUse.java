package dbopt.health;

import static java.util.Objects.requireNonNull;

/** An index's size and use, as far as the counters reach back. */
record IndexUse(String name, String table, long bytes, long scans, boolean unique, boolean valid) {
    IndexUse {
        requireNonNull(name, "name is null");
        requireNonNull(table, "table is null");
    }
}
