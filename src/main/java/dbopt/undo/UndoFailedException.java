package dbopt.undo;

import java.util.List;
import org.flywaydb.core.api.FlywayException;

/** An undo that failed on the way. The message says what is left and how to go on. */
public final class UndoFailedException extends FlywayException {
    private final transient List<Undone> undone;

    UndoFailedException(String message, Throwable cause, List<Undone> undone) {
        super(message, cause);
        this.undone = List.copyOf(undone);
    }

    /** What was undone before the failure, newest first; it stays undone. */
    public List<Undone> undone() {
        return undone;
    }
}
