package dbopt.undo;

import static java.util.stream.Collectors.joining;

import dbopt.server.ServerError;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.FlywayException;

/** Words the failure of an undo: what failed, what is left, how to continue. */
final class UndoFailure {
    private UndoFailure() {}

    /**
     * Returns the exception for a script that failed.
     *
     * @param undone the migrations that were undone before the failure, and stay undone
     * @param recording whether the failure occurred while the row of the schema history was written, so that the row may exist
     */
    static UndoFailedException of(
            UndoStep step,
            List<Undone> undone,
            boolean group,
            boolean recording,
            UndoPlanner planner,
            boolean interrupted,
            Throwable cause) {
        return new UndoFailedException(
                String.join(
                        "\n",
                        "Undo of %s failed in %s: %s"
                                .formatted(step.name(), step.script().getScript(), reason(cause)),
                        left(step, group) + before(undone) + applied(step, recording, planner),
                        (interrupted ? "You interrupted it; the" : "Once the cause is gone, the")
                                + " same command finishes it: "
                                + planner.target().command()),
                cause,
                undone);
    }

    /** Returns the exception for an undo that was interrupted between two scripts, or before the first one. */
    static UndoFailedException interrupted(
            String before, List<Undone> undone, boolean group, UndoPlanner planner, Throwable cause) {
        List<Undone> kept = group ? List.of() : undone;
        return new UndoFailedException(
                "You interrupted the command before %s.%s The same command finishes it: %s"
                        .formatted(
                                before,
                                kept.isEmpty()
                                        ? " Nothing was changed."
                                        : before(kept).replace("before it", "and stays so"),
                                planner.target().command()),
                cause,
                kept);
    }

    private static String left(UndoStep step, boolean group) {
        if (group) {
            return "Everything was rolled back.";
        }
        return step.script().runsInTransaction()
                ? "The script's changes were rolled back."
                : "The script runs outside a transaction, so its earlier changes stay; an interrupted build leaves an invalid index, which the next run replaces.";
    }

    private static String before(List<Undone> undone) {
        return undone.isEmpty()
                ? ""
                : undone.stream()
                        .map(migration -> "V" + migration.version())
                        .collect(joining(", ", " Undone before it: ", "."));
    }

    private static String applied(UndoStep step, boolean recording, UndoPlanner planner) {
        try {
            return !recording || planner.isApplied(step) ? " %s still counts as applied.".formatted(step.name()) : "";
        } catch (FlywayException e) {
            return " flyway info shows whether %s still counts as applied.".formatted(step.name());
        }
    }

    /** Returns the server's message if the server raised the error, otherwise the exception's message. */
    private static String reason(Throwable cause) {
        Optional<ServerError> ended = ServerError.among(cause).filter(ServerError::endedSession);
        if (ended.isPresent()) {
            return ended.get().text();
        }
        String reason = cause.getMessage();
        for (Throwable error = cause; error != null; error = error.getCause()) {
            if (error instanceof SQLException) {
                reason = error.getMessage();
            }
        }
        return reason;
    }
}
