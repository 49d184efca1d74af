package dbopt.evidence;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the observations prove of an index. */
public sealed interface UsageVerdict {
    /**
     * No node has scanned it.
     *
     * @param from of no node a scan is missing since then
     * @param to the oldest of the nodes' last observations
     * @param scans what the primary had counted of it at its last observation
     * @param primary that observation
     * @param nodes by name, the primary first
     */
    record Unused(Instant from, Instant to, long scans, NodeState primary, List<String> nodes, Use use)
            implements UsageVerdict {
        public Unused {
            requireNonNull(from, "from is null");
            requireNonNull(to, "to is null");
            requireNonNull(primary, "primary is null");
            nodes = List.copyOf(nodes);
            requireNonNull(use, "use is null");
        }

        public long days() {
            return Duration.between(from, to).toDays();
        }

        /** The last days of months that are within, the whole day, by UTC. */
        public List<LocalDate> monthEnds() {
            List<LocalDate> ends = new ArrayList<>();
            LocalDate first =
                    LocalDate.ofInstant(from.minusNanos(1), ZoneOffset.UTC).plusDays(1);
            LocalDate after = LocalDate.ofInstant(to, ZoneOffset.UTC);
            for (LocalDate end = first.with(TemporalAdjusters.lastDayOfMonth());
                    end.isBefore(after);
                    end = end.plusDays(1).with(TemporalAdjusters.lastDayOfMonth())) {
                ends.add(end);
            }
            return ends;
        }
    }

    /**
     * What was done with its table meanwhile, on all nodes, a day on average.
     *
     * @param indexWrites rows whose writing made an entry in the index
     */
    record Use(double reads, double writes, double indexWrites) {
        /** No use at all. */
        public static final Use NONE = new Use(0, 0, 0);

        /** What was done with both. */
        public Use plus(Use other) {
            return new Use(reads + other.reads, writes + other.writes, indexWrites + other.indexWrites);
        }

        /** Whether that is enough to learn from it which indexes are needed. */
        public boolean teaches() {
            return reads >= Evidence.READS_A_DAY && writes >= Evidence.WRITES_A_DAY;
        }
    }

    /** It was scanned, the last time before then and within the evidence; or nothing else is known than that it was once. */
    record Used(Instant before) implements UsageVerdict {
        public Used {
            requireNonNull(before, "before is null");
        }
    }

    /**
     * Nothing is proven.
     *
     * @param code what is missing: a name that stays
     * @param missing the same in words
     * @param unscanned that no node has scanned it all the same, where it is only of its table that too little is known
     */
    record Unknown(String code, String missing, Optional<Unused> unscanned) implements UsageVerdict {
        public Unknown {
            requireNonNull(code, "code is null");
            requireNonNull(missing, "missing is null");
            requireNonNull(unscanned, "unscanned is null");
        }

        public Unknown(String code, String missing) {
            this(code, missing, Optional.empty());
        }
    }
}
