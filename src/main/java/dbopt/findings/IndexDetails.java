package dbopt.findings;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What there is to know of an index before it is dropped. Qualified names are quoted.
 *
 * @param keys the key columns and expressions, joined by commas; empty where they were not asked for
 * @param statisticsTargets by the number of the column, where they were set
 * @param dependencies what it depends on beside its table, as the guard's {@code pg_temp.dependencies} names it; empty where they were
 *     not asked for
 * @param copies other indexes of the same definition on its table; empty where they were not asked for
 * @param foreignKeys the foreign keys of its table whose columns lead the index
 */
public record IndexDetails(
        String schema,
        String table,
        String index,
        String qualifiedIndex,
        String qualifiedTable,
        Optional<String> predicate,
        String keys,
        OptionalLong sizeBytes,
        long scans,
        Optional<String> tablespace,
        Optional<String> comment,
        SortedMap<Integer, Integer> statisticsTargets,
        List<String> dependencies,
        List<String> copies,
        List<String> foreignKeys) {
    public IndexDetails {
        requireNonNull(qualifiedIndex, "qualifiedIndex is null");
        requireNonNull(keys, "keys is null");
        statisticsTargets = Collections.unmodifiableSortedMap(new TreeMap<>(statisticsTargets));
        dependencies = List.copyOf(dependencies);
        copies = List.copyOf(copies);
        foreignKeys = List.copyOf(foreignKeys);
    }
}
