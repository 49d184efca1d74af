package dbopt.undo;

import static java.util.Objects.requireNonNull;

import dbopt.database.Printable;
import java.util.List;
import java.util.OptionalInt;

/**
 * What an undo script's statement is at just now, as the server tells it.
 *
 * @param target the index being built, or its table while the index has no name yet; empty for any other statement
 * @param phase as in {@code pg_stat_progress_create_index}; "waiting" for any other statement
 * @param percent of the phase
 * @param blockers the sessions it waits for
 */
public record IndexBuild(String target, String phase, OptionalInt percent, List<Blocker> blockers) {
    public IndexBuild {
        requireNonNull(target, "target is null");
        requireNonNull(phase, "phase is null");
        requireNonNull(percent, "percent is null");
        blockers = List.copyOf(blockers);
    }

    /**
     * A session that is waited for.
     *
     * @param transactionSeconds the age of its transaction
     * @param query what it runs or ran last, as far as this role may see it
     */
    public record Blocker(int pid, String user, String state, long transactionSeconds, String query) {
        @Override
        public String toString() {
            return "process %d (%s, %s, in a transaction for %d s: %s)"
                    .formatted(pid, user, state, transactionSeconds, query);
        }
    }

    /** One line for a log. */
    public String describe() {
        StringBuilder line =
                new StringBuilder(target).append(target.isEmpty() ? "" : ": ").append(phase);
        percent.ifPresent(value -> line.append(", ").append(value).append(" %"));
        blockers.forEach(blocker -> line.append(", waits for ").append(blocker));
        return Printable.line(line.toString());
    }
}
