package dbopt.twin;

/**
 * One statement of those that make the schema.
 *
 * @param name qualified, for people
 * @param onTable the table that is not the same without it, qualified and quoted; empty if there is none
 */
record SchemaObject(String kind, String name, String onTable, String statement) {}
