package dbopt.undo;

import java.time.Duration;

/**
 * A migration that was undone.
 *
 * @param version the version as Flyway prints it, such as {@code 1.2}
 * @param script the undo script that was run
 * @param milliseconds how long the script ran
 */
public record Undone(String version, String description, String script, long milliseconds) {
    static Undone of(UndoStep step, Duration time) {
        return new Undone(
                step.migration().getVersion().toString(),
                step.migration().getDescription(),
                step.script().getScript(),
                time.toMillis());
    }
}
