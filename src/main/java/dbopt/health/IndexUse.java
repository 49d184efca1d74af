package dbopt.health;

import static java.util.Objects.requireNonNull;

/** The size and use of an index, as far as the server's counters reach back. */
record IndexUse(String name, String table, long bytes, long scans, boolean unique, boolean valid) {
    IndexUse {
        requireNonNull(name, "name is null");
        requireNonNull(table, "table is null");
    }
}
