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

/** What the observations prove about the use of an index. */
public sealed interface UsageVerdict {
    /**
     * No node has scanned the index.
     *
     * @param from since when no node has scanned the index
     * @param to the time of the last observation of the node that was observed least recently
     * @param scans how many scans the primary had counted at its last observation
     * @param primary the primary's state at its last observation
     * @param nodes the nodes by name, the primary first
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

        /** Returns the last days of months that lie completely between {@code from} and {@code to}, in UTC. */
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
     * The use of the index's table between the observations, on all nodes, a day on average.
     *
     * @param reads scans of the table
     * @param writes rows that were inserted, updated or deleted
     * @param indexWrites rows that were written with an entry in the index
     */
    record Use(double reads, double writes, double indexWrites) {
        /** The use of a table that was not used at all. */
        public static final Use NONE = new Use(0, 0, 0);

        /** Returns the sum of this use and another. */
        public Use plus(Use other) {
            return new Use(reads + other.reads, writes + other.writes, indexWrites + other.indexWrites);
        }

        /** Whether the table is used enough to show which of its indexes are needed. */
        public boolean teaches() {
            return reads >= Evidence.READS_A_DAY && writes >= Evidence.WRITES_A_DAY;
        }
    }

    /**
     * The index was scanned: before this time and after an earlier observation, or at an unknown time before the only
     * observation.
     *
     * @param before the time of the first observation after the scan
     */
    record Used(Instant before) implements UsageVerdict {
        public Used {
            requireNonNull(before, "before is null");
        }
    }

    /**
     * Nothing is proven about the index.
     *
     * @param code what is missing for the proof, by a name that never changes
     * @param missing what is missing for the proof, in words
     * @param unscanned the proof that no node has scanned the index, if all that is missing is enough use of its table
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
