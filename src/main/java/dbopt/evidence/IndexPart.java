package dbopt.evidence;

import static java.util.Objects.requireNonNull;

/** An index, or a part of a partitioned index, with its current definition. Names are as the catalog has them, unquoted. */
public record IndexPart(String schema, String index, String definition) {
    public IndexPart {
        requireNonNull(schema, "schema is null");
        requireNonNull(index, "index is null");
        requireNonNull(definition, "definition is null");
    }
}
