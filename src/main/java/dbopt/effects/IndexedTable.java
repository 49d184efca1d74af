package dbopt.effects;

import static java.util.Objects.requireNonNull;

import dbopt.evidence.TableCounters;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/**
 * The table of an index; for a partitioned index, the partitioned table with all of its partitions.
 *
 * @param root the partitioned table, schema-qualified and quoted where SQL needs it; empty if the table is not partitioned
 * @param name the table's name, as the catalog has it
 * @param holders the names of the tables that hold the index, by OID: the table, or the partitions
 */
public record IndexedTable(Optional<String> root, String name, Map<Long, String> holders) {
    public IndexedTable {
        requireNonNull(root, "root is null");
        requireNonNull(name, "name is null");
        holders = Map.copyOf(holders);
    }

    /** Whether these counters belong to this table. Those of a partition that was created later do, too. */
    boolean has(TableCounters table) {
        return root.isPresent() ? root.equals(table.whole()) : holders.containsKey(table.id());
    }

    /** Whether both are the same table, or one is a partition of the other. */
    boolean shares(IndexedTable other) {
        return (root.isPresent() && root.equals(other.root))
                || !Collections.disjoint(holders.keySet(), other.holders.keySet());
    }

    /** Whether the text of a statement names the table or one of its partitions. */
    boolean isNamedIn(String text) {
        return Words.names(text, name) || Words.namesAny(text, holders.values());
    }
}
