package dbopt.watch;

import static java.util.Objects.requireNonNull;

import dbopt.effects.Effects;
import dbopt.effects.Outcome;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The verdicts on the watched drops, the worst first.
 *
 * @param asked which of the dropped indexes the user asked for, such as "by V3 or later"
 * @param now the time of the report
 */
record WatchReport(Effects effects, List<WatchedDrop> drops, String asked, List<String> notes, Instant now) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    WatchReport {
        requireNonNull(effects, "effects is null");
        requireNonNull(asked, "asked is null");
        requireNonNull(now, "now is null");
        drops = drops.stream()
                .sorted(Comparator.comparing(WatchedDrop::outcome)
                        .thenComparing(
                                drop -> drop.migration()
                                        .map(WatchedDrop.Migration::version)
                                        .orElse(MigrationVersion.EMPTY),
                                Comparator.reverseOrder())
                        .thenComparing(WatchedDrop::title))
                .toList();
        notes = List.copyOf(notes);
    }

    /** The number of drops by outcome, such as "1 worse, 2 the same". */
    String summary() {
        if (drops.isEmpty() && !effects.indexes().isEmpty()) {
            return "Indexes that were dropped while it was observed: %d, none of them %s. There is nothing to compare."
                    .formatted(effects.indexes().size(), asked);
        }
        if (drops.isEmpty()) {
            return "No index was dropped while it was observed: there is nothing to compare.";
        }
        return Arrays.stream(Outcome.values())
                .map(outcome -> new Count(
                        outcome,
                        drops.stream().filter(drop -> drop.outcome() == outcome).count()))
                .filter(count -> count.drops() > 0)
                .map(count -> count.drops() + " " + count.outcome().label())
                .collect(Collectors.joining(", ", "", "."));
    }

    private record Count(Outcome outcome, long drops) {}

    /** The observed time, for people to read. */
    String observed() {
        return "Observed from %s to %s.".formatted(time(effects.first()), time(effects.last()));
    }

    /** The oldest applied migration whose drop made something worse. The undo returns to before this migration. */
    Optional<MigrationVersion> oldestWorse() {
        return drops.stream()
                .filter(drop -> drop.outcome() == Outcome.WORSE)
                .flatMap(drop -> drop.migration().filter(WatchedDrop.Migration::applied).stream())
                .map(WatchedDrop.Migration::version)
                .min(Comparator.naturalOrder());
    }

    /**
     * The drops that made something worse and cannot be undone, because no applied migration is known to have dropped the
     * index.
     */
    List<WatchedDrop> worseOfNobody() {
        List<WatchedDrop> found = new ArrayList<>(drops);
        found.removeIf(drop -> drop.outcome() != Outcome.WORSE || drop.undo().isPresent());
        return found;
    }

    static String time(Instant at) {
        return TIME.format(at);
    }
}
