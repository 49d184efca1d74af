package dbopt.findings;

import dbopt.accepted.IndexDefinition;
import java.util.Optional;

/** An index that an audit found. Names are as the catalog has them, unquoted. */
public interface AuditedIndex {
    String schema();

    String index();

    /** Returns the statement that creates the index, as the server prints it. */
    String definition();

    /** Returns the parts of a partitioned index; empty for any other index. */
    default Optional<PartitionedParts> parts() {
        return Optional.empty();
    }

    /** Returns the index's name with its schema, quoted where SQL needs it. */
    default String qualifiedName() {
        return IndexDefinition.of(definition()).qualifiedName();
    }
}
