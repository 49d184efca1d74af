package dbopt.undo;

import java.util.List;
import org.flywaydb.core.api.FlywayException;

/** An undo that failed after it began. The message says what is left and how to continue. */
public final class UndoFailedException extends FlywayException {
    private final transient List<Undone> undone;

    UndoFailedException(String message, Throwable cause, List<Undone> undone) {
        super(message, cause);
        this.undone = List.copyOf(undone);
    }

    /** Returns the migrations that were undone before the failure, newest first; they stay undone. */
    public List<Undone> undone() {
        return undone;
    }
}
