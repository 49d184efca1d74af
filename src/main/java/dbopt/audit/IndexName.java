package dbopt.audit;

import static java.util.Objects.requireNonNull;

/** What tells an index from all others of a database. As the catalog has it, unquoted. */
record IndexName(String schema, String index) {
    IndexName {
        requireNonNull(schema, "schema is null");
        requireNonNull(index, "index is null");
    }
}
