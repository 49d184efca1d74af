package dbopt.evidence;

import static dbopt.evidence.Looks.DEFINITION;
import static org.assertj.core.api.Assertions.assertThat;

import dbopt.evidence.UsageVerdict.Unused;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random histories of a cluster, in which it is known when the index was really scanned. What is proven is true of them,
 * by the plainest rule there is; and where nothing happened, it is proven.
 */
@Tag("entrypoints")
class EvidencePropertyTest {
    private static final int HISTORIES = 1000;
    private static final int HOURS = 24 * 90;
    private static final Duration AT_LEAST = Duration.ofDays(Evidence.DAYS);

    /** A cluster of a primary, a standby that may be promoted, and a standby that is not observed. */
    private static final class Cluster {
        private final Random random;
        private final double trouble;
        private final Evidence evidence = new Evidence();
        private final List<Instant> scans = new ArrayList<>();
        private final List<String> story = new ArrayList<>();
        private Looks primary = Looks.primary("a");
        private Looks standby = Looks.standby("b", Duration.ofDays(2));
        private boolean standbyLives = true;
        private boolean hidden;
        private long ids = 100;
        private int timeline = 1;
        private Instant lastTrouble = Instant.MIN;

        Cluster(long seed) {
            random = new Random(seed);
            trouble = random.nextBoolean() ? 0.0004 : 0.00005;
            primary.writesADay = 50_000;
            primary.readsADay = 50_000;
        }

        private boolean happens(double chance) {
            return random.nextDouble() < chance;
        }

        private void trouble(Instant at, String what) {
            story.add(at + " " + what);
            lastTrouble = at;
        }

        void hour(int hour) {
            Instant at = Looks.START.plusSeconds(3600L * hour + random.nextInt(600));
            if (happens(trouble)) {
                primary.scan(at);
                scans.add(at);
                trouble(at, "scan on the primary");
            }
            if (standbyLives && happens(trouble)) {
                standby.scan(at);
                scans.add(at);
                trouble(at, "scan on the standby");
            }
            if (hidden && happens(0.05)) {
                scans.add(at);
                trouble(at, "scan on the hidden standby");
            }
            Looks some = standbyLives && random.nextBoolean() ? standby : primary;
            if (happens(trouble)) {
                some.crash(at);
                trouble(at, "crash");
            }
            if (happens(trouble)) {
                some.databaseReset = at;
                some.scans = random.nextBoolean() ? 0 : some.scans;
                some.lastScan = some.scans == 0 ? null : some.lastScan;
                trouble(at, "reset");
            }
            if (happens(trouble)) {
                long id = ids++;
                boolean reindex = random.nextBoolean();
                for (Looks node : List.of(primary, standby)) {
                    node.id = id;
                    if (!reindex) {
                        node.scans = 0;
                        node.lastScan = null;
                    }
                }
                trouble(at, reindex ? "reindex concurrently" : "drop and build");
            }
            if (standbyLives && happens(trouble / 2)) {
                Looks old = primary;
                primary = standby;
                primary.recovery = false;
                primary.receiving = false;
                primary.timeline = ++timeline;
                standby = old;
                standby.standbys = new ArrayList<>();
                standbyLives = false;
                trouble(at, "failover");
            } else if (!standbyLives && happens(0.005)) {
                standby.recovery = true;
                standby.receiving = true;
                standby.timeline = timeline;
                standby.id = primary.id;
                standby.crash(at);
                standbyLives = true;
                trouble(at, "a new standby");
            }
            looks(at.plusSeconds(1200), hour);
        }

        /** The unobserved standby is connected during an observation of the primary; otherwise it cannot be noticed. */
        private void looks(Instant at, int hour) {
            boolean last = hour == HOURS - 1;
            if (happens(0.03) || last) {
                boolean appears = happens(trouble);
                if (appears) {
                    hidden = true;
                    trouble(at, "the hidden standby appears");
                }
                primary.standbys = new ArrayList<>();
                if (standbyLives) {
                    primary.standbys.add("standby");
                }
                if (hidden) {
                    primary.standbys.add("hidden");
                }
                evidence.add(primary.look(at, true));
                if (hidden && happens(0.3)) {
                    hidden = false;
                    trouble(at, "the hidden standby is gone");
                }
            }
            if (standbyLives && (happens(0.03) || last)) {
                evidence.add(standby.look(at.plusSeconds(1), true));
            }
        }
    }

    @Test
    void every_proof_is_true_and_every_undisturbed_history_gives_a_proof() {
        int proven = 0;
        for (long seed = 1; seed <= HISTORIES; seed++) {
            Cluster cluster = new Cluster(seed);
            for (int hour = 0; hour < HOURS; hour++) {
                cluster.hour(hour);
            }
            Instant now = Looks.START.plus(Duration.ofHours(HOURS));
            UsageVerdict verdict = cluster.evidence.of("public", "i", DEFINITION, now, AT_LEAST);
            String history = "history " + seed + ": " + verdict + "\n" + String.join("\n", cluster.story);
            if (verdict instanceof Unused unused) {
                proven++;
                assertThat(cluster.scans)
                        .as(history)
                        .noneMatch(scan -> scan.isAfter(unused.from()) && scan.isBefore(unused.to()));
                assertThat(unused.days()).as(history).isGreaterThanOrEqualTo(Evidence.DAYS);
            } else {
                // an observation every 33 hours on average: two weeks contain one
                assertThat(Duration.between(latest(cluster.lastTrouble, Looks.START), now))
                        .as(history)
                        .isLessThan(Duration.ofDays(Evidence.DAYS + 14));
            }
        }
        assertThat(proven).as("histories in which it is proven").isBetween(HISTORIES / 10, HISTORIES * 9 / 10);
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
