package dbopt.audit;

/** An index that an audit found. Names are as the catalog has them, unquoted. */
interface AuditedIndex {
    String schema();

    String index();

    /** The statement that made the index. */
    String definition();
}
