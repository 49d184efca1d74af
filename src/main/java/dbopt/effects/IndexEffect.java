package dbopt.effects;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the application did before and after an index was dropped.
 *
 * @param why the reason for the outcome, a sentence
 * @param ready when there should be enough observations for an outcome, if it is too early
 * @param before the use of the table with the index
 * @param after the use of the table without the index
 * @param statements the statements that name the table, the worst first
 * @param scansBefore scans an hour of each index of the table, before the drop
 * @param scansAfter scans an hour of each index of the table, after the drop
 * @param extraShare the share of all blocks of the database that is read only because the index is missing
 * @param notes the limits of the comparison
 */
public record IndexEffect(
        LostIndex lost,
        Outcome outcome,
        String why,
        Optional<Instant> ready,
        TableWork before,
        TableWork after,
        List<StatementEffect> statements,
        Map<String, Double> scansBefore,
        Map<String, Double> scansAfter,
        double extraShare,
        List<String> notes) {
    public IndexEffect {
        requireNonNull(lost, "lost is null");
        requireNonNull(outcome, "outcome is null");
        requireNonNull(why, "why is null");
        requireNonNull(ready, "ready is null");
        requireNonNull(before, "before is null");
        requireNonNull(after, "after is null");
        statements = List.copyOf(statements);
        scansBefore = new TreeMap<>(scansBefore);
        scansAfter = new TreeMap<>(scansAfter);
        notes = List.copyOf(notes);
    }
}
