package dbopt.findings;

import static java.util.stream.Collectors.groupingBy;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads the details of indexes with {@code db/audit/index_details.sql}, only for the indexes and the columns that are needed,
 * since each of them takes time.
 */
final class DetailsReader {
    /** Finds the indexes by name, not by regclass, which would need the right to use the schema. */
    private static final String NAMED =
            """
            array(
                select c.oid
                from rows from (pg_catalog.unnest(?::pg_catalog.name[]), pg_catalog.unnest(?::pg_catalog.name[])) named (schema_name, index_name)
                join pg_catalog.pg_namespace n on n.nspname = named.schema_name
                join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = named.index_name
            )""";

    private static final String OF_NAMED_INDEXES =
            """
            select schema_name, table_name, index_name, qualified_index, qualified_table, predicate, %s as size_bytes, scans, tablespace, comment,
                statistics_columns, statistics_targets, foreign_keys, %s
            from (%s) details
            where index_oid = any (%s)
            """;

    /**
     * Measures only indexes of at least half a megabyte, since the server must open an index to measure it and no note mentions
     * smaller ones.
     */
    private static final String IF_LARGE =
            "case when pages * pg_catalog.current_setting('block_size')::bigint >= 524288 then size_bytes end";

    private static final String NOT_ASKED_FOR = "'' as keys, '{}'::text[] as dependencies, '{}'::text[] as copies";

    private static final String ON_THE_SAME_TABLES =
            """
            select schema_name, index_name, qualified_table, foreign_keys
            from (%s) details
            where table_oid = any (array(select i.indrelid from pg_catalog.pg_index i where i.indexrelid = any (%s)))
            """;

    private final Connection connection;

    /** The foreign keys whose columns lead an index. */
    record Support(IndexName index, String qualifiedTable, List<String> foreignKeys) {
        Support {
            foreignKeys = List.copyOf(foreignKeys);
        }
    }

    DetailsReader(Connection connection) {
        this.connection = connection;
    }

    /**
     * Reads the details of these indexes.
     *
     * @param forScaffold whether to read the keys, dependencies and copies too, which take the longest
     * @param everySize whether to measure small indexes too
     */
    Map<IndexName, IndexDetails> of(Collection<IndexName> indexes, boolean forScaffold, boolean everySize)
            throws SQLException {
        Map<IndexName, IndexDetails> details = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(OF_NAMED_INDEXES.formatted(
                everySize ? "size_bytes" : IF_LARGE,
                forScaffold ? "keys, dependencies, copies" : NOT_ASKED_FOR,
                everyIndex(),
                NAMED))) {
            bind(statement, indexes);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    IndexDetails index = details(row);
                    details.put(new IndexName(index.schema(), index.index()), index);
                }
            }
        }
        return details;
    }

    /** Reads, for every index on the tables of these indexes, the foreign keys whose columns lead it; by table. */
    Map<String, List<Support>> supportOnTablesOf(Collection<IndexName> indexes) throws SQLException {
        if (indexes.isEmpty()) {
            return Map.of();
        }
        List<Support> found = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement(ON_THE_SAME_TABLES.formatted(everyIndex(), NAMED))) {
            bind(statement, indexes);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new Support(
                            new IndexName(row.getString("schema_name"), row.getString("index_name")),
                            row.getString("qualified_table"),
                            strings(row, "foreign_keys")));
                }
            }
        }
        return found.stream().collect(groupingBy(Support::qualifiedTable));
    }

    private static String everyIndex() {
        return Audit.query("index_details").replaceFirst(";\\s*$", "");
    }

    private void bind(PreparedStatement statement, Collection<IndexName> indexes) throws SQLException {
        statement.setArray(1, names(indexes, IndexName::schema));
        statement.setArray(2, names(indexes, IndexName::index));
    }

    private Array names(Collection<IndexName> indexes, Function<IndexName, String> part) throws SQLException {
        return connection.createArrayOf("text", indexes.stream().map(part).toArray(String[]::new));
    }

    /**
     * Returns the size in bytes; empty if the index was not measured, for example because another session has locked it
     * exclusively.
     */
    static OptionalLong size(ResultSet row) throws SQLException {
        long bytes = row.getLong("size_bytes");
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    private static IndexDetails details(ResultSet row) throws SQLException {
        return new IndexDetails(
                row.getString("schema_name"),
                row.getString("table_name"),
                row.getString("index_name"),
                row.getString("qualified_index"),
                row.getString("qualified_table"),
                Optional.ofNullable(row.getString("predicate")),
                row.getString("keys"),
                size(row),
                row.getLong("scans"),
                Optional.ofNullable(row.getString("tablespace")),
                Optional.ofNullable(row.getString("comment")),
                targets(row),
                strings(row, "dependencies"),
                strings(row, "copies"),
                strings(row, "foreign_keys"));
    }

    private static SortedMap<Integer, Integer> targets(ResultSet row) throws SQLException {
        if (isEmpty(row, "statistics_columns")) {
            return new TreeMap<>();
        }
        Integer[] column = (Integer[]) row.getArray("statistics_columns").getArray();
        Integer[] target = (Integer[]) row.getArray("statistics_targets").getArray();
        SortedMap<Integer, Integer> result = new TreeMap<>();
        for (int position = 0; position < column.length; position++) {
            result.put(column[position], target[position]);
        }
        return result;
    }

    private static List<String> strings(ResultSet row, String column) throws SQLException {
        return isEmpty(row, column)
                ? List.of()
                : List.of((String[]) row.getArray(column).getArray());
    }

    /**
     * Whether the array is empty, which most arrays are. The text is compared, because reading it is faster than reading an
     * array.
     */
    private static boolean isEmpty(ResultSet row, String column) throws SQLException {
        return "{}".equals(row.getString(column));
    }
}
