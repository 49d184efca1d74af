package dbopt.tenants;

import java.util.List;

/**
 * Schemas with the same tables and indexes, and those that have most of the same.
 *
 * @param schemas the equal ones, two or more, in the order of their names
 * @param deviating those that are nearly equal, in the order of their names
 */
public record SchemaGroup(List<String> schemas, List<Deviating> deviating) {
    /**
     * A schema that is nearly equal.
     *
     * @param differences each as a predicate, such as "lacks the index orders_day of orders"
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

    /** How many schemas belong to it, those that deviate among them. */
    public int size() {
        return schemas.size() + deviating.size();
    }
}
