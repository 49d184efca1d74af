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
import java.util.List;
import java.util.Optional;

/** A made-up node with one table, two indexes and one statement, which is looked at every hour. */
final class HourlyNode {
    /** A Monday. */
    static final Instant START = Instant.parse("2026-03-02T00:00:00Z");

    static final String TEXT = "select * from public.parcel where town = $1";

    final List<Observation> looks = new ArrayList<>();
    boolean recovery;
    boolean otherIndex;
    long index = 20;
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

    /** Looks, works for an hour, and so on; ends with a look. */
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
        if (index == 0 && !otherIndex) {
            sequentialScans += callsAnHour;
        } else {
            indexScans += callsAnHour;
        }
    }

    /** The drop happens within the hour before the next look. */
    HourlyNode drop() {
        index = 0;
        hour++;
        return this;
    }

    void look() {
        Instant at = START.plus(Duration.ofHours(hour));
        List<IndexCounters> indexes = new ArrayList<>();
        indexes.add(counters(21, "parcel_pkey", "id"));
        if (index != 0) {
            indexes.add(counters(index, "by_town", "town"));
        }
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
                List.of(new TableCounters(
                        15,
                        "public",
                        "parcel",
                        sequentialScans,
                        sequentialScans * 40_000,
                        indexScans,
                        100L * hour,
                        0,
                        0,
                        0,
                        40_000,
                        Optional.empty())),
                new StatementSource(missing, 0, Optional.of(discarded), statementReset),
                missing.isPresent() || !statementKnown
                        ? List.of()
                        : List.of(new StatementCounters(queryId, "app", text, calls, blocks, milliseconds))));
    }

    private static IndexCounters counters(long id, String name, String column) {
        return new IndexCounters(
                id,
                15,
                "public",
                "parcel",
                name,
                "CREATE INDEX " + name + " ON public.parcel USING btree (" + column + ")",
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                8192,
                Optional.empty(),
                Optional.empty());
    }

    IndexEffect effect() {
        return Effects.of(looks, Bounds.DEFAULT).indexes().get(0);
    }
}
