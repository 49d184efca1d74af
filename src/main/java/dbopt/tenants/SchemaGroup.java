package dbopt.tenants;

import java.util.List;

/**
 * Schemas with the same tables and indexes, and schemas that have most of the same tables.
 *
 * @param schemas the equal schemas, two or more, in the order of their names
 * @param deviating the nearly equal schemas, in the order of their names
 */
public record SchemaGroup(List<String> schemas, List<Deviating> deviating) {
    /**
     * A schema that is nearly equal to those of a group.
     *
     * @param differences each difference as a predicate, such as "lacks the index orders_day of orders"
     */
    public record Deviating(String schema, List<String> differences) {
        public Deviating {
            differences = List.copyOf(differences);
        }
    }

    public SchemaGroup {
        schemas = List.copyOf(schemas);
        deviating = List.copyOf(deviating);
    }

    /** Returns the number of schemas in the group, including those that deviate. */
    public int size() {
        return schemas.size() + deviating.size();
    }
}
