package dbopt.undo;

import static java.util.Objects.requireNonNull;

import dbopt.server.Blockers;
import dbopt.terminal.TerminalText;
import java.util.OptionalInt;

/**
 * What an undo script's statement is at just now, as the server tells it.
 *
 * @param target the index being built, or its table while the index has no name yet; empty for any other statement
 * @param phase as in {@code pg_stat_progress_create_index}; "waiting" for any other statement
 * @param percent of the phase
 * @param blockers the sessions it waits for
 */
public record IndexBuild(String target, String phase, OptionalInt percent, Blockers blockers) {
    public IndexBuild {
        requireNonNull(target, "target is null");
        requireNonNull(phase, "phase is null");
        requireNonNull(percent, "percent is null");
        requireNonNull(blockers, "blockers is null");
    }

    /** One line for a log. */
    public String describe() {
        StringBuilder line =
                new StringBuilder(target).append(target.isEmpty() ? "" : ": ").append(phase);
        percent.ifPresent(value -> line.append(", ").append(value).append(" %"));
        if (!blockers.none()) {
            line.append(", waits for ").append(blockers);
        }
        return TerminalText.line(line.toString());
    }
}
