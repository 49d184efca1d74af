package dbopt.effects;

import dbopt.evidence.IndexCounters;
import dbopt.evidence.NodeState;
import dbopt.evidence.Observation;
import dbopt.evidence.StatementCounters;
import dbopt.evidence.StatementSource;
import dbopt.evidence.TableCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A made-up node with one table, two indexes and one statement, which is looked at every hour. The table may be partitioned:
 * then each of its partitions counts as much as the table otherwise does.
 */
final class HourlyNode {
    /** A Monday. */
    static final Instant START = Instant.parse("2026-03-02T00:00:00Z");

    static final String TEXT = "select * from public.parcel where town = $1";

    final List<Observation> looks = new ArrayList<>();
    boolean recovery;
    boolean otherIndex;
    long index = 20;

    /** The OID of each partition's part of the index, 0 if it has none; empty if the table is not partitioned. */
    final Map<Integer, Long> partitions = new TreeMap<>();

    final Set<Integer> detached = new HashSet<>();
    Optional<String> root = Optional.of("public.parcel");
    String whole = "by_town";
    long liveRows = 40_000;
    Instant serverReset = START.minus(Duration.ofDays(1));
    Optional<Instant> statementReset = Optional.of(START.minus(Duration.ofDays(1)));
    Optional<String> missing = Optional.empty();
    long discarded;
    String queryId = "7/10";
    String text = TEXT;
    boolean statementKnown = true;
    long calls;
    long blocks;
    double milliseconds;
    long sequentialScans;
    long indexScans;
    int hour;

    /** Alternates an observation with an hour of work; ends with an observation. */
    HourlyNode work(int hours, long callsAnHour, long blocksACall) {
        look();
        for (int done = 0; done < hours; done++) {
            hour(callsAnHour, blocksACall);
            look();
        }
        return this;
    }

    void hour(long callsAnHour, long blocksACall) {
        hour++;
        calls += callsAnHour;
        blocks += callsAnHour * blocksACall;
        milliseconds += callsAnHour;
        if ((index == 0 || partitions.containsValue(0L)) && !otherIndex) {
            sequentialScans += callsAnHour;
        } else {
            indexScans += callsAnHour;
        }
    }

    /** The drop happens within the hour before the next observation. */
    HourlyNode drop() {
        index = 0;
        partitions.replaceAll((number, part) -> detached.contains(number) ? part : 0L);
        hour++;
        return this;
    }

    void look() {
        Instant at = START.plus(Duration.ofHours(hour));
        List<IndexCounters> indexes = new ArrayList<>();
        List<TableCounters> tables = new ArrayList<>();
        if (partitions.isEmpty()) {
            tables.add(table(15, "parcel", Optional.empty()));
            indexes.add(counters(21, 15, "parcel", "parcel_pkey", "id", Optional.empty()));
            if (index != 0) {
                indexes.add(counters(index, 15, "parcel", "by_town", "town", Optional.empty()));
            }
        }
        partitions.forEach((number, part) -> {
            boolean attached = !detached.contains(number);
            String name = "Parcel " + number;
            tables.add(table(100 + number, name, root.filter(any -> attached)));
            if (part != 0) {
                Optional<String> of = Optional.of("public." + whole).filter(any -> attached);
                indexes.add(counters(part, 100 + number, name, "part_" + number, "town", of));
            }
        });
        looks.add(new Observation(
                new NodeState(
                        at,
                        "p",
                        "1",
                        "app",
                        "18.0",
                        recovery,
                        1,
                        START,
                        Optional.empty(),
                        Optional.of(serverReset),
                        List.of(),
                        false),
                indexes,
                tables,
                new StatementSource(missing, 0, Optional.of(discarded), statementReset),
                missing.isPresent() || !statementKnown
                        ? List.of()
                        : List.of(new StatementCounters(queryId, "app", text, calls, blocks, milliseconds))));
    }

    private TableCounters table(long id, String name, Optional<String> of) {
        return new TableCounters(
                id,
                "public",
                name,
                sequentialScans,
                sequentialScans * 40_000,
                indexScans,
                100L * hour,
                0,
                0,
                0,
                liveRows,
                of);
    }

    private static IndexCounters counters(
            long id, long table, String tableName, String name, String column, Optional<String> of) {
        String quoted = tableName.contains(" ") ? '"' + tableName + '"' : tableName;
        return new IndexCounters(
                id,
                table,
                "public",
                tableName,
                name,
                "CREATE INDEX " + name + " ON public." + quoted + " USING btree (" + column + ")",
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                8192,
                Optional.empty(),
                of);
    }

    IndexEffect effect() {
        return Effects.of(looks, Bounds.DEFAULT).indexes().get(0);
    }
}
