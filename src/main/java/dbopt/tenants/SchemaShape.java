package dbopt.tenants;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tables and indexes of the schemas with one fingerprint.
 *
 * @param schemas the names of the schemas, in the order of the catalog
 * @param parts the tables and indexes by name, which is unique in a schema
 * @param tables the names of the tables
 */
record SchemaShape(List<String> schemas, Map<String, Part> parts, Set<String> tables) {
    /**
     * A table or an index.
     *
     * @param index the name of the index; empty for a table
     * @param definition a text that is equal for equal tables or indexes
     */
    record Part(String table, Optional<String> index, boolean valid, String definition) {
        Part {
            requireNonNull(table, "table is null");
            requireNonNull(index, "index is null");
            requireNonNull(definition, "definition is null");
        }

        String name() {
            return index.orElse(table);
        }
    }

    SchemaShape {
        schemas = List.copyOf(schemas);
        parts = Map.copyOf(parts);
        tables = Set.copyOf(tables);
    }

    static SchemaShape of(List<String> schemas, Collection<Part> parts) {
        return new SchemaShape(
                schemas,
                parts.stream().collect(toMap(Part::name, part -> part)),
                parts.stream()
                        .filter(part -> part.index().isEmpty())
                        .map(Part::table)
                        .collect(toSet()));
    }

    /** Whether more than half of the tables of either shape are in both. */
    boolean isNear(SchemaShape other) {
        long common = tables.stream().filter(other.tables::contains).count();
        return common * 2 > Math.max(tables.size(), other.tables.size());
    }

    /**
     * Returns how this shape differs from the model, as predicates, tables first. The indexes of a missing or additional
     * table are not listed.
     */
    List<String> differencesFrom(SchemaShape model) {
        Set<String> names = new TreeSet<>(parts.keySet());
        names.addAll(model.parts.keySet());
        List<Part> tablesFirst = names.stream()
                .map(name -> parts.getOrDefault(name, model.parts.get(name)))
                .sorted(Comparator.comparing(part -> part.index().isPresent()))
                .toList();
        List<String> differences = new ArrayList<>();
        for (Part named : tablesFirst) {
            difference(parts.get(named.name()), model.parts.get(named.name()), model)
                    .ifPresent(differences::add);
        }
        return differences;
    }

    private Optional<String> difference(Part own, Part expected, SchemaShape model) {
        if (expected == null) {
            return isWithTable(own, model) ? Optional.of("has " + named(own) + " besides") : Optional.empty();
        }
        if (own == null) {
            return isWithTable(expected, this) ? Optional.of("lacks " + named(expected)) : Optional.empty();
        }
        if (own.equals(expected)) {
            return Optional.empty();
        }
        if (own.index().isPresent() != expected.index().isPresent()
                || !own.table().equals(expected.table())) {
            return Optional.of("has " + named(own) + " where others have " + named(expected));
        }
        if (own.valid() != expected.valid()) {
            return Optional.of("has " + named(own) + (own.valid() ? " valid" : " invalid"));
        }
        return Optional.of(
                own.index().isPresent()
                        ? "has another definition of " + named(own)
                        : "has other columns or foreign keys in " + named(own));
    }

    /** Whether the part is a table, or an index of a table that the other shape has too. */
    private static boolean isWithTable(Part part, SchemaShape other) {
        return part.index().isEmpty() || other.parts.containsKey(part.table());
    }

    private static String named(Part part) {
        return part.index()
                .map(index -> "the index " + index + " of " + part.table())
                .orElse("the table " + part.table());
    }

    /** Returns a text that distinguishes the table or index of this name from others of that name; empty if there is none. */
    Optional<String> definition(String name) {
        return Optional.ofNullable(parts.get(name)).map(Part::definition);
    }
}
