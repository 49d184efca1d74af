package dbopt.faults;

import dbopt.TestDatabase;
import java.nio.file.Path;
import java.util.List;

/**
 * A migration or an undo script, or what comes before the first or after the last of them.
 *
 * @param name such as {@code V3} or {@code U3}
 * @param project the folder whose {@code db} says how far {@code migrate} goes
 * @param before the database as this step finds it, to be copied
 * @param goal the row of the schema history that the command ends with
 * @param boundaries the places before each of its statements
 */
record Step(
        String name, List<String> command, Path project, TestDatabase before, String goal, List<Boundary> boundaries) {
    Step {
        command = List.copyOf(command);
        boundaries = List.copyOf(boundaries);
    }

    /** The places that matter most: before each statement of the script itself, its row and its commit. */
    List<Boundary> mainBoundaries() {
        return boundaries.stream().filter(Boundary::isMain).toList();
    }

    @Override
    public String toString() {
        return name;
    }
}
