package dbopt.effects;

import static java.util.Objects.requireNonNull;

import dbopt.evidence.IndexCounters;
import dbopt.guard.QualifiedName;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An index in an observation. The parts of a partitioned index are one index.
 *
 * @param index the index's names and counters; those of a partitioned index are its own names, the sum of the counters, and
 *     the OIDs of the first part
 * @param ids the OIDs of the index, or of the parts
 * @param complete whether every partition has its part
 */
record ObservedIndex(IndexCounters index, IndexedTable table, Set<Long> ids, boolean complete) {
    private static final String NAME = "(?:\"(?:[^\"]|\"\")+\"|[^\\s\".]+)";
    private static final Pattern QUALIFIED = Pattern.compile(NAME + "\\.(" + NAME + ")");
    private static final Pattern DEFINITION = Pattern.compile(
            "(CREATE (?:UNIQUE )?INDEX )" + NAME + "( ON )(?:ONLY )?(?:" + NAME + "\\.)?" + NAME + "( USING .*)",
            Pattern.DOTALL);

    /** A partitioned index and its table, schema-qualified and quoted where SQL needs it. */
    record Whole(String index, String table) {}

    ObservedIndex {
        requireNonNull(index, "index is null");
        requireNonNull(table, "table is null");
        ids = Set.copyOf(ids);
    }

    /** Returns the name for people to read: for a part, the name of its partitioned index. */
    static String title(IndexCounters index) {
        return index.whole()
                .flatMap(QualifiedName::parse)
                .map(QualifiedName::name)
                .orElse(index.index());
    }

    static ObservedIndex alone(IndexCounters index) {
        return new ObservedIndex(
                index,
                new IndexedTable(Optional.empty(), index.table(), Map.of(index.tableId(), index.table())),
                Set.of(index.id()),
                true);
    }

    /** @param partitions the OIDs of all partitions of the table */
    static ObservedIndex together(Whole whole, List<IndexCounters> parts, Set<Long> partitions) {
        IndexCounters first = parts.get(0);
        Optional<QualifiedName> index = QualifiedName.parse(whole.index());
        String table =
                QualifiedName.parse(whole.table()).map(QualifiedName::name).orElse(whole.table());
        Map<Long, String> holders = new HashMap<>();
        parts.forEach(part -> holders.put(part.tableId(), part.table()));
        return new ObservedIndex(
                new IndexCounters(
                        first.id(),
                        first.tableId(),
                        index.flatMap(QualifiedName::schema).orElse(first.schema()),
                        table,
                        title(first),
                        definition(whole, first),
                        Optional.empty(),
                        parts.stream().mapToLong(IndexCounters::scans).sum(),
                        parts.stream().mapToLong(IndexCounters::entriesRead).sum(),
                        parts.stream().flatMap(part -> part.lastScan().stream()).max(Instant::compareTo),
                        parts.stream().mapToLong(IndexCounters::bytes).sum(),
                        parts.stream()
                                .map(IndexCounters::rows)
                                .reduce((one, other) -> one.flatMap(rows -> other.map(more -> rows + more)))
                                .orElseThrow(),
                        Optional.empty()),
                new IndexedTable(Optional.of(whole.table()), table, holders),
                parts.stream().map(IndexCounters::id).collect(Collectors.toSet()),
                holders.keySet().containsAll(partitions));
    }

    /** Returns the statement that creates the partitioned index, derived from that of a part. */
    private static String definition(Whole whole, IndexCounters part) {
        Matcher names = QUALIFIED.matcher(whole.index());
        Matcher definition = DEFINITION.matcher(part.definition());
        return names.matches() && definition.matches()
                ? definition.group(1) + names.group(1) + definition.group(2) + whole.table() + definition.group(3)
                : part.definition();
    }
}
