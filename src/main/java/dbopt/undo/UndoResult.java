package dbopt.undo;

import java.util.List;
import org.flywaydb.core.api.output.OperationResult;

/**
 * The result of an undo.
 *
 * @param undone the migrations that were undone, newest first; empty if there was nothing to undo
 * @param message a text for people: what was undone and how to keep it undone, or why there was nothing to undo
 */
public record UndoResult(List<Undone> undone, String message) implements OperationResult {
    public UndoResult {
        undone = List.copyOf(undone);
    }

    /** Returns the message without its first line, which lists what was undone. */
    String note() {
        return message.substring(message.indexOf('\n') + 1);
    }
}
