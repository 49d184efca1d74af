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
 * What the schemas of one fingerprint are made of.
 *
 * @param schemas by name, in the order of the catalog
 * @param parts by the name of the table or index, which is one in a schema
 * @param tables by name
 */
record SchemaShape(List<String> schemas, Map<String, Part> parts, Set<String> tables) {
    /**
     * A table or an index.
     *
     * @param index empty of the table itself
     * @param definition equal for equal ones
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

    /** Whether it has most tables of the other one, and the other one most of its own. */
    boolean isNear(SchemaShape other) {
        long common = tables.stream().filter(other.tables::contains).count();
        return common * 2 > Math.max(tables.size(), other.tables.size());
    }

    /** What it has otherwise than the model, as predicates of it: the tables first. An index is dropped with its table. */
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

    /** Whether the part is a table, or an index of a table that this shape has too. */
    private static boolean isWithTable(Part part, SchemaShape other) {
        return part.index().isEmpty() || other.parts.containsKey(part.table());
    }

    private static String named(Part part) {
        return part.index()
                .map(index -> "the index " + index + " of " + part.table())
                .orElse("the table " + part.table());
    }

    /** What tells the table or index of this name from others of that name; empty if there is none. */
    Optional<String> definition(String name) {
        return Optional.ofNullable(parts.get(name)).map(Part::definition);
    }
}
