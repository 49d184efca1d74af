package dbopt.effects;

import dbopt.evidence.TableCounters;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What was counted on one side of a drop: for one table with its partitions, on all nodes together. */
final class Side {
    /** With fewer calls in an interval, its blocks a call are chance and count as neither least nor most. */
    private static final long ENOUGH_FOR_AN_EXTREME = 5;

    private final Map<StatementName, Range> statements = new HashMap<>();
    private final Map<String, Long> scans = new HashMap<>();
    private final IndexedTable table;
    private final int nodes;
    private double hours;
    private boolean ofPrimary;
    private double statementHours;
    private long discarded;
    private long sequentialScans;
    private long rowsRead;
    private long indexScans;
    private long writes;
    private double mostSequentialAnHour;
    private Counted all = Counted.NONE;
    private Optional<Instant> end = Optional.empty();

    /** The total of a statement, and the least and the most blocks that a call took in any interval. */
    record Range(Counted sum, double least, double most) {
        Range plus(Range other) {
            return new Range(sum.plus(other.sum), Math.min(least, other.least), Math.max(most, other.most));
        }

        static Range of(Counted counted) {
            return counted.calls() >= ENOUGH_FOR_AN_EXTREME
                    ? new Range(counted, counted.blocksACall(), counted.blocksACall())
                    : new Range(counted, Double.MAX_VALUE, 0);
        }
    }

    /** @param intervals the intervals of each node */
    Side(IndexedTable table, List<List<Interval>> intervals) {
        this.table = table;
        this.nodes = Math.max(1, intervals.size());
        intervals.forEach(node -> node.forEach(this::add));
    }

    private void add(Interval interval) {
        hours += interval.hours() / nodes;
        ofPrimary |= interval.primary();
        discarded += interval.discarded();
        end = end.filter(known -> known.isAfter(interval.to())).or(() -> Optional.of(interval.to()));
        List<TableCounters> counted =
                interval.tables().values().stream().filter(table::has).toList();
        counted.forEach(this::add);
        mostSequentialAnHour = Math.max(
                mostSequentialAnHour,
                counted.stream().mapToLong(TableCounters::sequentialScans).sum() / interval.hours());
        Set<Long> tables = counted.stream().map(TableCounters::id).collect(Collectors.toSet());
        interval.names().forEach((id, index) -> {
            if (tables.contains(index.tableId())) {
                scans.merge(
                        table.root().isPresent() ? ObservedIndex.title(index) : index.index(),
                        interval.scans().getOrDefault(id, 0L),
                        Long::sum);
            }
        });
        interval.statements().ifPresent(called -> {
            statementHours += interval.hours() / nodes;
            all = all.plus(interval.all());
            called.forEach((name, work) -> statements.merge(name, Range.of(work), Range::plus));
        });
    }

    private void add(TableCounters counted) {
        sequentialScans += counted.sequentialScans();
        rowsRead += counted.rowsRead();
        indexScans += counted.indexScans();
        writes += counted.writes();
    }

    double hours() {
        return hours;
    }

    /** Whether the primary was observed. */
    boolean ofPrimary() {
        return ofPrimary;
    }

    /** How many hours of statement counters there are. */
    double statementHours() {
        return statementHours;
    }

    long discarded() {
        return discarded;
    }

    Map<StatementName, Range> statements() {
        return statements;
    }

    /** The number of scans of each index of the table. */
    Map<String, Long> scans() {
        return scans;
    }

    double mostSequentialAnHour() {
        return mostSequentialAnHour;
    }

    /** The sum of all statements of the database. */
    Counted all() {
        return all;
    }

    Optional<Instant> end() {
        return end;
    }

    TableWork table() {
        return new TableWork(hours, sequentialScans, rowsRead, indexScans, writes);
    }
}
