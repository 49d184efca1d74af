package dbopt.undo;

import org.flywaydb.core.api.FlywayException;

/** An undo that cannot be done as asked. It was refused before anything was changed; the message says what to do. */
public final class UndoRefusedException extends FlywayException {
    UndoRefusedException(String message) {
        super(message);
    }
}
