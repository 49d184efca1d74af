package dbopt.tenants;

import static java.util.Comparator.comparing;

import dbopt.bundled.BundledSql;
import dbopt.server.ReadableText;
import dbopt.server.Rows;
import dbopt.terminal.InterruptHandler;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Groups the equal schemas of a database, so that what is found in all of them can be reported and judged as one. The
 * schemas with the most equals form a group, and schemas that have most of the same tables deviate from it. A schema is in
 * at most one group.
 */
public final class EqualSchemas {
    private static final String QUERY = "db/tenants/fingerprints.sql";
    private static final int VALID_WITHIN_SECONDS = 5;

    private final List<SchemaGroup> groups;
    private final Map<String, Integer> groupOf;
    private final Map<String, SchemaShape> shapeOf;
    private final Set<String> allSchemas;

    private EqualSchemas(
            List<SchemaGroup> groups,
            Map<String, Integer> groupOf,
            Map<String, SchemaShape> shapeOf,
            Set<String> allSchemas) {
        this.groups = List.copyOf(groups);
        this.groupOf = Map.copyOf(groupOf);
        this.shapeOf = Map.copyOf(shapeOf);
        this.allSchemas = Set.copyOf(allSchemas);
    }

    /** Returns an instance without groups, in which no schema is equal to another. */
    public static EqualSchemas none() {
        return new EqualSchemas(List.of(), Map.of(), Map.of(), Set.of());
    }

    /** Reads the schemas from the catalog, which needs no rights. A schema with a name that is not valid text is in no group. */
    public static EqualSchemas read(Connection connection, BundledSql sql) throws SQLException {
        Map<String, List<String>> schemas = new LinkedHashMap<>();
        Map<String, List<SchemaShape.Part>> parts = new HashMap<>();
        Set<String> unreadable = new HashSet<>();
        Rows.all(connection, sql.query(QUERY), row -> {
            String fingerprint = row.getString("fingerprint");
            ReadableText schema = ReadableText.required(row, "schema_name");
            List<String> equal = schemas.computeIfAbsent(fingerprint, key -> new ArrayList<>());
            if (schema.valid()
                    && (equal.isEmpty() || !equal.get(equal.size() - 1).equals(schema.text()))) {
                equal.add(schema.text());
            }
            Optional<ReadableText> table = ReadableText.of(row, "table_name");
            if (table.isPresent()) {
                Optional<ReadableText> index = ReadableText.of(row, "index_name");
                if (!table.get().valid() || index.filter(name -> !name.valid()).isPresent()) {
                    unreadable.add(fingerprint);
                }
                parts.computeIfAbsent(fingerprint, key -> new ArrayList<>())
                        .add(part(row, table.get().text(), index.map(ReadableText::text)));
            }
            return fingerprint;
        });
        List<SchemaShape> shapes = schemas.entrySet().stream()
                .filter(entry -> !unreadable.contains(entry.getKey()))
                .map(entry -> SchemaShape.of(entry.getValue(), parts.getOrDefault(entry.getKey(), List.of())))
                .toList();
        return shapes.stream().noneMatch(shape -> shape.schemas().size() > 1)
                ? none()
                : of(
                        shapes,
                        Set.copyOf(Rows.all(
                                connection,
                                "select nspname from pg_catalog.pg_namespace",
                                row -> ReadableText.required(row, "nspname").text())));
    }

    /** Reads the schemas as {@link #read} does. If this role or another session's lock prevents that, no schemas are equal. */
    public static EqualSchemas readIfPossible(Connection connection, BundledSql sql) throws SQLException {
        try {
            return read(connection, sql);
        } catch (SQLException e) {
            if (InterruptHandler.interrupted() || !connection.isValid(VALID_WITHIN_SECONDS)) {
                throw e;
            }
            return none();
        }
    }

    private static SchemaShape.Part part(ResultSet row, String table, Optional<String> index) throws SQLException {
        return new SchemaShape.Part(table, index, row.getBoolean("is_valid"), row.getString("definition"));
    }

    /** Groups the shapes: each shape of two or more schemas is a group, unless it is nearly equal to a larger one. */
    static EqualSchemas of(List<SchemaShape> shapes, Set<String> allSchemas) {
        List<SchemaShape> largestFirst = shapes.stream()
                .filter(shape -> !shape.schemas().isEmpty())
                .sorted(comparing((SchemaShape shape) -> shape.schemas().size())
                        .reversed()
                        .thenComparing(shape -> shape.schemas().get(0)))
                .toList();
        Map<SchemaShape, List<SchemaShape>> near = new LinkedHashMap<>();
        for (SchemaShape shape : largestFirst) {
            Optional<SchemaShape> model =
                    near.keySet().stream().filter(shape::isNear).findFirst();
            if (model.isPresent()) {
                near.get(model.get()).add(shape);
            } else if (shape.schemas().size() > 1) {
                near.put(shape, new ArrayList<>());
            }
        }
        List<SchemaGroup> groups = new ArrayList<>();
        Map<String, Integer> groupOf = new HashMap<>();
        Map<String, SchemaShape> shapeOf = new HashMap<>();
        near.forEach((model, others) -> {
            Map<String, SchemaGroup.Deviating> deviating = new TreeMap<>();
            others.forEach(other -> {
                List<String> differences = other.differencesFrom(model);
                other.schemas().forEach(schema -> {
                    deviating.put(schema, new SchemaGroup.Deviating(schema, differences));
                    shapeOf.put(schema, other);
                });
            });
            model.schemas().forEach(schema -> {
                groupOf.put(schema, groups.size());
                shapeOf.put(schema, model);
            });
            deviating.keySet().forEach(schema -> groupOf.put(schema, groups.size()));
            groups.add(new SchemaGroup(model.schemas(), List.copyOf(deviating.values())));
        });
        return new EqualSchemas(groups, groupOf, shapeOf, allSchemas);
    }

    /** The groups, the largest first. */
    public List<SchemaGroup> groups() {
        return groups;
    }

    /** All schemas of the database, equal or not; empty if no two schemas are equal. */
    public Set<String> allSchemas() {
        return allSchemas;
    }

    /** Returns the number of schemas in the schema's group that have an equal table or index of this name. */
    public int count(String schema, String name) {
        Optional<String> definition = definition(schema, name);
        return definition.isEmpty()
                ? 1
                : (int) groupOf.entrySet().stream()
                        .filter(entry -> entry.getValue().equals(groupOf.get(schema)))
                        .filter(entry -> definition(entry.getKey(), name).equals(definition))
                        .count();
    }

    /** Returns the group of the schema, even if the schema deviates from it. */
    public Optional<SchemaGroup> groupOf(String schema) {
        return Optional.ofNullable(groupOf.get(schema)).map(groups::get);
    }

    /**
     * Returns a text that is equal for equal tables or indexes of this name in the schemas of a group. Empty for an object
     * that is not compared, such as a partition, and for a schema in no group.
     */
    public Optional<String> definition(String schema, String name) {
        return Optional.ofNullable(shapeOf.get(schema)).flatMap(shape -> shape.definition(name));
    }

    /**
     * Combines the findings that are the same in several schemas of a group. The order is that of the first finding of each
     * combination.
     *
     * @param schema returns the schema of a finding
     * @param rest returns all else that must be equal for two findings to be the same
     */
    public <T> List<Alike<T>> alike(List<T> findings, Function<T, String> schema, Function<T, ?> rest) {
        record Key(Object place, Object rest) {}
        Map<Key, List<T>> together = new LinkedHashMap<>();
        for (T finding : findings) {
            String of = schema.apply(finding);
            Object place = groupOf.containsKey(of) ? groupOf.get(of) : of;
            together.computeIfAbsent(new Key(place, rest.apply(finding)), key -> new ArrayList<>())
                    .add(finding);
        }
        return together.values().stream()
                .map(alike -> new Alike<>(
                        alike,
                        alike.stream().map(schema).distinct().sorted().toList(),
                        groupOf(schema.apply(alike.get(0)))))
                .toList();
    }
}
