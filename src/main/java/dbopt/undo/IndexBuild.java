package dbopt.undo;

import static java.util.Objects.requireNonNull;

import dbopt.server.Blockers;
import dbopt.terminal.TerminalText;
import java.util.OptionalInt;

/**
 * What the statement of an undo script is doing now, as the server reports it.
 *
 * @param target the index being built, or its table while the index has no name yet; empty for any other statement
 * @param phase the phase as in {@code pg_stat_progress_create_index}; "waiting" for any other statement
 * @param percent how much of the phase is done; empty if that is unknown
 * @param blockers the sessions that the statement waits for
 */
public record IndexBuild(String target, String phase, OptionalInt percent, Blockers blockers) {
    public IndexBuild {
        requireNonNull(target, "target is null");
        requireNonNull(phase, "phase is null");
        requireNonNull(percent, "percent is null");
        requireNonNull(blockers, "blockers is null");
    }

    /** Returns the progress as one line for a log. */
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
