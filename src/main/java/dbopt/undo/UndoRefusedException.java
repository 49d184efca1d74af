package dbopt.undo;

import org.flywaydb.core.api.FlywayException;

/** An undo that cannot be done as asked. It was refused before anything was changed; the message says what to do. */
public final class UndoRefusedException extends FlywayException {
    /** A refusal whose message says why, that nothing was changed, and what to do. */
    public UndoRefusedException(String message) {
        super(message);
    }
}
