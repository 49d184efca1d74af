package dbopt.faults;

import dbopt.TestDatabase;
import dbopt.project.Drops;
import dbopt.project.MigrationProject;
import java.nio.file.Path;
import java.util.List;
import org.flywaydb.core.api.MigrationVersion;

/**
 * A migration, an undo script, or the callbacks before the first or after the last of them.
 *
 * @param name such as {@code V3} or {@code U3}
 * @param project the folder whose {@code db} sets the target of {@code migrate}
 * @param before the database as this step finds it, to be copied
 * @param goal the row of the schema history that the command ends with
 * @param schema what the catalog shows then
 * @param boundaries the places before each of its statements
 */
record FaultStep(
        String name,
        List<String> command,
        Path project,
        TestDatabase before,
        String goal,
        List<String> schema,
        List<Boundary> boundaries) {
    FaultStep {
        command = List.copyOf(command);
        schema = List.copyOf(schema);
        boundaries = List.copyOf(boundaries);
    }

    /** The most important boundaries: before each statement of the script, its row and its commit. */
    List<Boundary> mainBoundaries() {
        return boundaries.stream().filter(Boundary::isMain).toList();
    }

    /** Whether the long statement of the step runs concurrently, outside a transaction. */
    boolean isConcurrent() {
        return !version().equals("8");
    }

    String version() {
        return name.replaceAll("[^0-9]", "");
    }

    /** The project whose {@code migrate} and {@code undo} take the step. */
    MigrationProject migrations() {
        return MigrationProject.find(project, null);
    }

    /** The table that the long statement of the step works on. */
    String table() {
        return isConcurrent()
                ? Drops.of(migrations().flyway())
                        .get(MigrationVersion.fromVersion(version()))
                        .definition()
                        .replaceAll(".* ON (\\S+) .*", "$1")
                : "public.metrics_commit";
    }

    /** Whether the step creates the audited schema in an empty database. */
    boolean startsFromNothing() {
        return name.equals("V1");
    }

    boolean isUndo() {
        return name.startsWith("U");
    }

    @Override
    public String toString() {
        return name;
    }
}
