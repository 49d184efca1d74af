package dbopt.effects;

import dbopt.evidence.IndexCounters;
import dbopt.evidence.NodeState;
import dbopt.evidence.Observation;
import dbopt.evidence.StatementCounters;
import dbopt.evidence.StatementSource;
import dbopt.evidence.TableCounters;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a node counted between two observations, during which no counter was reset.
 *
 * @param primary whether the node was the primary
 * @param tables the changes of the tables' counters, by OID
 * @param scans the scans of each index, by OID
 * @param names the indexes by OID
 * @param statements the statements that were called; empty if statement counters are missing or were reset
 * @param all the sum of all statements
 * @param discarded how often pg_stat_statements was full and discarded statements
 */
record Interval(
        Instant from,
        Instant to,
        boolean primary,
        Map<Long, TableCounters> tables,
        Map<Long, Long> scans,
        Map<Long, IndexCounters> names,
        Optional<Map<StatementName, Counted>> statements,
        Counted all,
        long discarded) {
    private static final double MILLISECONDS_AN_HOUR = 3_600_000;

    /** An interval longer than this belongs to no hour of the day. */
    private static final Duration OF_AN_HOUR = Duration.ofHours(2);

    /** The hour of the week or, with 0 as the day, the hour of the day. */
    record Slot(int day, int hour) {
        Slot ofAnyDay() {
            return new Slot(0, hour);
        }
    }

    /**
     * Returns what was counted between two observations; empty if counters were reset, or the node changed its role or
     * timeline.
     */
    static Optional<Interval> between(
            Observation before, Observation after, Predicate<TableCounters> table, StatementNames statementNames) {
        NodeState then = before.state();
        NodeState now = after.state();
        boolean sound = now.at().isAfter(then.at())
                && now.continues(then)
                && now.recovery() == then.recovery()
                && (now.recovery() || now.timeline() == then.timeline());
        if (!sound) {
            return Optional.empty();
        }
        Map<StatementName, Counted> counted = new HashMap<>();
        Counted all = Counted.NONE;
        boolean known = isKnown(before.statementSource(), after.statementSource());
        if (known) {
            Map<String, StatementCounters> earlier = byId(before);
            for (StatementCounters statement : after.statements()) {
                Counted change = change(Optional.ofNullable(earlier.get(statement.id())), statement);
                all = all.plus(change);
                if (change.calls() > 0) {
                    counted.merge(statementNames.of(now, statement), change, Counted::plus);
                }
            }
        }
        Map<Long, TableCounters> earlierTables = before.tables().stream()
                .filter(table)
                .collect(Collectors.toMap(TableCounters::id, Function.identity()));
        Map<Long, TableCounters> tables = after.tables().stream()
                .filter(found -> earlierTables.containsKey(found.id()))
                .collect(Collectors.toMap(TableCounters::id, found -> change(earlierTables.get(found.id()), found)));
        Map<Long, Long> scans = new HashMap<>();
        Map<Long, IndexCounters> names = new HashMap<>();
        Map<Long, Long> earlierScans = new HashMap<>();
        Set<Long> tableIds = new HashSet<>(tables.keySet());
        before.indexes().stream()
                .filter(index -> tableIds.contains(index.tableId()))
                .forEach(index -> earlierScans.put(index.id(), index.scans()));
        after.indexes().stream()
                .filter(index -> tableIds.contains(index.tableId()))
                .forEach(index -> {
                    names.put(index.id(), index);
                    scans.put(index.id(), Math.max(0, index.scans() - earlierScans.getOrDefault(index.id(), 0L)));
                });
        return Optional.of(new Interval(
                then.at(),
                now.at(),
                !now.recovery(),
                tables,
                scans,
                names,
                known ? Optional.of(counted) : Optional.empty(),
                all,
                discarded(before.statementSource(), after.statementSource())));
    }

    private static boolean isKnown(StatementSource before, StatementSource after) {
        return before.missing().isEmpty()
                && after.missing().isEmpty()
                && before.reset().equals(after.reset());
    }

    private static long discarded(StatementSource before, StatementSource after) {
        return Math.max(0, after.discarded().orElse(0L) - before.discarded().orElse(0L));
    }

    private static Map<String, StatementCounters> byId(Observation observation) {
        return observation.statements().stream()
                .collect(Collectors.toMap(StatementCounters::id, Function.identity(), (one, other) -> other));
    }

    /**
     * Returns the change of a statement's counters. Lower counters mean that the statement was discarded and came back, so
     * its new counters are the change.
     */
    private static Counted change(Optional<StatementCounters> before, StatementCounters after) {
        Counted now = Counted.of(after);
        return before.map(Counted::of)
                .filter(then -> then.calls() <= now.calls() && then.blocks() <= now.blocks())
                .map(now::minus)
                .orElse(now);
    }

    private static TableCounters change(TableCounters before, TableCounters after) {
        return new TableCounters(
                after.id(),
                after.schema(),
                after.table(),
                after.sequentialScans() - before.sequentialScans(),
                after.rowsRead() - before.rowsRead(),
                after.indexScans() - before.indexScans(),
                after.inserted() - before.inserted(),
                after.updated() - before.updated(),
                after.heapOnly() - before.heapOnly(),
                after.deleted() - before.deleted(),
                after.liveRows(),
                after.whole());
    }

    double hours() {
        return Duration.between(from, to).toMillis() / MILLISECONDS_AN_HOUR;
    }

    /** The hour of the week of the interval's middle; empty if the interval is longer than two hours. */
    Optional<Slot> slot() {
        Duration length = Duration.between(from, to);
        ZonedDateTime middle = from.plus(length.dividedBy(2)).atZone(ZoneOffset.UTC);
        return length.compareTo(OF_AN_HOUR) <= 0
                ? Optional.of(new Slot(middle.getDayOfWeek().getValue(), middle.getHour()))
                : Optional.empty();
    }
}
