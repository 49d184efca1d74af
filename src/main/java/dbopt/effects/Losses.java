package dbopt.effects;

import dbopt.evidence.Observation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the indexes that a node lost while it was observed, each with its last absence. */
final class Losses {
    private final Map<String, Seen> seen = new LinkedHashMap<>();

    /** An index through successive observations. */
    private static final class Seen {
        private final Instant present;
        private ObservedIndex index;
        private Instant lastSeen;
        private Instant missed;
        private Instant lastMissed;
        private Instant back;
        private Instant lastFound;
        private ObservedIndex foundAs;

        /** The state before this absence, which applies again if the index turns out not to have been absent. */
        private Seen earlier;

        Seen(ObservedIndex index, Instant at) {
            this.present = at;
            this.index = index;
            this.lastSeen = at;
        }

        void isFound(ObservedIndex as, Instant at) {
            foundAs = as;
            lastFound = at;
        }

        LostIndex lost() {
            return new LostIndex(
                    index.index(),
                    index.table(),
                    new Absence(present, lastSeen, missed, lastMissed, Optional.ofNullable(back)));
        }
    }

    private Losses() {}

    /**
     * Returns the lost indexes by name. A renamed or rebuilt index is not lost, nor one whose table was locked during an
     * observation, nor a partition that was dropped with its part of the index. A partitioned index is lost once it has no
     * part, and back once it has all.
     */
    static Map<String, LostIndex> of(List<Observation> observations) {
        Losses losses = new Losses();
        observations.forEach(losses::add);
        return losses.seen.entrySet().stream()
                .filter(entry -> entry.getValue().missed != null)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().lost(), (one, other) -> one, LinkedHashMap::new));
    }

    private void add(Observation observation) {
        Instant at = observation.state().at();
        ObservedIndexes observed = ObservedIndexes.of(observation);
        Map<String, ObservedIndex> here = observed.byName();
        for (Map.Entry<String, Seen> entry : new ArrayList<>(seen.entrySet())) {
            Seen known = entry.getValue();
            if (here.containsKey(entry.getKey())) {
                found(entry.getKey(), known, here.get(entry.getKey()), at);
            } else if (!observed.lack(known.index)) {
                seen.remove(entry.getKey());
            } else if (known.back != null) {
                Seen again = new Seen(known.foundAs, known.back);
                again.lastSeen = known.lastFound;
                again.earlier = known;
                again.missed = at;
                again.lastMissed = at;
                seen.put(entry.getKey(), again);
            } else {
                known.missed = known.missed == null ? at : known.missed;
                known.lastMissed = at;
            }
        }
        here.forEach((name, index) -> seen.putIfAbsent(name, new Seen(index, at)));
    }

    private void found(String name, Seen known, ObservedIndex index, Instant at) {
        if (known.missed == null) {
            known.index = index;
            known.lastSeen = at;
        } else if (!Collections.disjoint(known.index.ids(), index.ids())) {
            // the same index: its table was locked during the observation, so the index was not dropped
            if (known.earlier == null) {
                Seen same = new Seen(index, known.present);
                same.lastSeen = at;
                seen.put(name, same);
            } else {
                known.earlier.isFound(index, at);
                seen.put(name, known.earlier);
            }
        } else if (known.back != null || index.complete()) {
            known.back = known.back == null ? at : known.back;
            known.isFound(index, at);
        }
    }
}
