package dbopt.twin;

/**
 * A statement that creates a part of the schema.
 *
 * @param name the object's qualified name, for people to read
 * @param onTable the table that is incomplete without the object, qualified and quoted; empty if there is none
 */
record SchemaObject(String kind, String name, String onTable, String statement) {}
