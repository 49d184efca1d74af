package dbopt.findings;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The details of an index that matter before it is dropped. Qualified names are quoted.
 *
 * @param keys the key columns and expressions, joined by commas; empty if they were not read
 * @param statisticsTargets the statistics targets that somebody has set, by the number of the index's column
 * @param dependencies what the index depends on besides its table, as the guard's {@code pg_temp.dependencies} names it; empty
 *     if they were not read
 * @param copies other indexes of the same definition on the table; empty if they were not read
 * @param foreignKeys the foreign keys of the table whose columns lead the index
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
