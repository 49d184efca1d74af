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
 * @param why what the outcome is based on, a sentence
 * @param ready when there should be enough to tell, if it is too early
 * @param before on the table, with the index
 * @param after on the table, without it
 * @param statements that name the table, the worst first
 * @param scansBefore an hour, of each index of the table
 * @param scansAfter the same without the index
 * @param extraShare the part of all blocks of the database that is read only because the index is missing
 * @param notes what limits the comparison
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
