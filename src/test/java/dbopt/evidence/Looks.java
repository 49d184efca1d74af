package dbopt.evidence;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A node of a made-up cluster and its observations: one index on one table in constant use. */
final class Looks {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final String DEFINITION = "CREATE INDEX i ON public.t USING btree (a)";

    private final String node;
    String cluster = "1";
    boolean recovery;
    int timeline = 1;
    Instant databaseReset;
    Instant serverReset;
    List<String> standbys = new ArrayList<>();
    boolean receiving;
    long id = 16;
    String index = "i";
    String definition = DEFINITION;
    long scans;
    Instant lastScan;
    double readsADay = 1000;
    double writesADay = 1000;

    private Looks(String node, Duration age) {
        this.node = node;
        this.serverReset = START.minus(age);
    }

    static Looks primary(String node) {
        return new Looks(node, Duration.ofDays(1));
    }

    /** A standby whose counters are this old. */
    static Looks standby(String node, Duration age) {
        Looks standby = new Looks(node, age);
        standby.recovery = true;
        standby.receiving = true;
        return standby;
    }

    static Instant day(double day) {
        return START.plusSeconds(Math.round(day * 86_400));
    }

    void scan(Instant at) {
        scans++;
        lastScan = at;
    }

    /** Resets the counters as a crash does. */
    void crash(Instant at) {
        serverReset = at;
        databaseReset = null;
        scans = 0;
        lastScan = null;
    }

    Observation look(double day) {
        return look(day(day), true);
    }

    Observation look(Instant at, boolean exists) {
        double days = Duration.between(START, at).toSeconds() / 86_400.0 + 10;
        NodeState state = new NodeState(
                at,
                node,
                cluster,
                "app",
                "18.0",
                recovery,
                timeline,
                START,
                Optional.ofNullable(databaseReset),
                Optional.ofNullable(serverReset),
                standbys,
                receiving);
        IndexCounters counters = new IndexCounters(
                id,
                15,
                "public",
                "t",
                index,
                definition,
                Optional.empty(),
                scans,
                scans,
                Optional.ofNullable(lastScan),
                8192,
                Optional.of(100L),
                Optional.empty());
        TableCounters table = new TableCounters(
                15,
                "public",
                "t",
                Math.round(readsADay * days),
                0,
                0,
                recovery ? 0 : Math.round(writesADay * days),
                0,
                0,
                0,
                1000,
                Optional.empty());
        return new Observation(
                state,
                exists ? List.of(counters) : List.of(),
                List.of(table),
                StatementSource.missing("not asked"),
                List.of());
    }
}
