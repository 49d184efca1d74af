package dbopt.audit;

import dbopt.accepted.IndexDefinition;

/** An index that an audit found. Names are as the catalog has them, unquoted. */
interface AuditedIndex {
    String schema();

    String index();

    /** The statement that made the index. */
    String definition();

    /** With its schema, quoted where SQL needs it. */
    default String qualifiedName() {
        return IndexDefinition.of(definition()).qualifiedName();
    }
}
