package dbopt.effects;

import dbopt.effects.ObservedIndex.Whole;
import dbopt.evidence.IndexCounters;
import dbopt.evidence.Observation;
import dbopt.evidence.TableCounters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The indexes of an observation.
 *
 * @param byName the indexes by name; a partitioned index once, without its parts
 * @param tableOf the OID of the table of each index and each part
 * @param tables the OIDs of all tables
 * @param partitions the OIDs of the partitions that have rows, by the partitioned table
 */
record ObservedIndexes(
        Map<String, ObservedIndex> byName,
        Map<Long, Long> tableOf,
        Set<Long> tables,
        Map<String, Set<Long>> partitions) {
    static ObservedIndexes of(Observation observation) {
        Map<Long, String> roots = new HashMap<>();
        Map<String, Set<Long>> partitions = new HashMap<>();
        Set<Long> tables = new HashSet<>();
        for (TableCounters table : observation.tables()) {
            tables.add(table.id());
            table.whole().ifPresent(root -> {
                roots.put(table.id(), root);
                partitions.computeIfAbsent(root, any -> new HashSet<>()).add(table.id());
            });
        }
        Map<String, ObservedIndex> byName = new LinkedHashMap<>();
        Map<Long, Long> tableOf = new HashMap<>();
        Map<Whole, List<IndexCounters>> parts = new LinkedHashMap<>();
        for (IndexCounters index : observation.indexes()) {
            tableOf.put(index.id(), index.tableId());
            Optional<Whole> whole = index.whole().flatMap(name -> Optional.ofNullable(roots.get(index.tableId()))
                    .map(root -> new Whole(name, root)));
            if (whole.isPresent()) {
                parts.computeIfAbsent(whole.get(), any -> new ArrayList<>()).add(index);
            } else {
                byName.put(LostIndex.name(index), ObservedIndex.alone(index));
            }
        }
        parts.forEach((whole, all) -> {
            ObservedIndex one = ObservedIndex.together(whole, all, partitions.get(whole.table()));
            byName.put(LostIndex.name(one.index()), one);
        });
        return new ObservedIndexes(byName, tableOf, tables, partitions);
    }

    /** Whether the observation has the table of the index but not the index, not even under another name. */
    boolean lack(ObservedIndex index) {
        Set<Long> holders = new HashSet<>(index.table()
                .root()
                .map(root -> partitions.getOrDefault(root, Set.of()))
                .orElse(index.table().holders().keySet()));
        holders.retainAll(tables);
        return !holders.isEmpty()
                && index.ids().stream().map(tableOf::get).noneMatch(table -> table != null && holders.contains(table));
    }
}
