package dbopt.undo;

import java.util.List;
import org.flywaydb.core.api.output.OperationResult;

/**
 * What an undo did.
 *
 * @param undone newest first; empty if there was nothing to undo
 * @param message the same for people: what was undone and how to keep it so, or why there was nothing to undo
 */
public record UndoResult(List<Undone> undone, String message) implements OperationResult {
    public UndoResult {
        undone = List.copyOf(undone);
    }

    /** The message without what was undone: how to keep it so. */
    String note() {
        return message.substring(message.indexOf('\n') + 1);
    }
}
