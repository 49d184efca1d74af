package dbopt.undo;

import static java.util.stream.Collectors.joining;

import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.api.FlywayException;

/** The words for an undo that failed on the way: what failed, what is left, how to go on. */
final class UndoFailure {
    private UndoFailure() {}

    static UndoFailedException of(
            UndoStep step, List<Undone> undone, UndoPlanner planner, boolean rolledBackTogether, Throwable cause) {
        List<Undone> kept = rolledBackTogether ? List.of() : undone;
        return new UndoFailedException(
                String.join(
                        "\n",
                        "Undo of %s failed in %s: %s"
                                .formatted(step.name(), step.script().getScript(), reason(cause)),
                        left(step, rolledBackTogether) + before(kept) + history(step, planner),
                        "Once the cause is gone, the same command finishes it: "
                                + planner.target().command()),
                cause,
                kept);
    }

    private static String left(UndoStep step, boolean rolledBackTogether) {
        if (rolledBackTogether) {
            return "Everything was rolled back.";
        }
        return step.script().runsInTransaction()
                ? "What the script did was rolled back."
                : "The script runs outside a transaction, so what it did before stays; an interrupted build leaves an invalid index, which the next run replaces.";
    }

    private static String before(List<Undone> undone) {
        return undone.isEmpty()
                ? ""
                : undone.stream()
                        .map(migration -> "V" + migration.version())
                        .collect(joining(", ", " Undone before it: ", "."));
    }

    private static String history(UndoStep step, UndoPlanner planner) {
        try {
            return planner.isApplied(step) ? " %s still counts as applied.".formatted(step.name()) : "";
        } catch (FlywayException e) {
            return " The schema history cannot be read now.";
        }
    }

    /** What the server said, if it was the server. */
    private static String reason(Throwable cause) {
        String reason = cause.getMessage();
        for (Throwable error = cause; error != null; error = error.getCause()) {
            if (error instanceof SQLException) {
                reason = error.getMessage();
            }
        }
        return reason;
    }
}
