package dbopt.undo;

import org.flywaydb.core.api.FlywayException;

/** An undo that cannot be done as requested, and was refused before anything was changed. The message says what to do. */
public final class UndoRefusedException extends FlywayException {
    /** Creates a refusal with a message that says why, that nothing was changed, and what to do. */
    public UndoRefusedException(String message) {
        super(message);
    }
}
