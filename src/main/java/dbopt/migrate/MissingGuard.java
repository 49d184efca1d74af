package dbopt.migrate;

import static java.util.stream.Collectors.joining;

import dbopt.history.TemporaryFunctions;
import dbopt.project.Drops;
import dbopt.project.MigrationProject;
import dbopt.terminal.CommandFailure;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;

/** Refuses migrations that call the guard if no callback creates it. */
final class MissingGuard {
    private static final String EVENT = "beforeEachMigrate";
    private static final String FOLDER = "db/callback";

    private MissingGuard() {}

    /**
     * Makes sure that a callback creates every check that a pending migration calls.
     *
     * @param pending the pending versions; empty if there is no schema history, so that all versions are pending
     * @throws CommandFailure with the line that is missing in the configuration
     */
    static void require(
            Configuration configuration, MigrationProject project, Optional<Set<MigrationVersion>> pending) {
        if (pending.filter(Set::isEmpty).isPresent()) {
            return;
        }
        TemporaryFunctions made = TemporaryFunctions.of(configuration, EVENT);
        SortedSet<String> missing = new TreeSet<>();
        SortedSet<MigrationVersion> callers = new TreeSet<>();
        Drops.texts(configuration).forEach((version, text) -> {
            SortedSet<String> missingHere = made.missingFor(text);
            if (!missingHere.isEmpty()
                    && pending.map(versions -> versions.contains(version)).orElse(true)) {
                missing.addAll(missingHere);
                callers.add(version);
            }
        });
        if (!missing.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.Kind.USAGE,
                    """
                    The guard is missing: %s %s %s, and no callback %s in flyway.locations creates %s. Nothing was changed.
                    %s"""
                            .formatted(
                                    callers.stream()
                                            .map(version -> "V" + version)
                                            .collect(joining(", ")),
                                    callers.size() == 1 ? "calls" : "call",
                                    missing.stream()
                                            .map(name -> "pg_temp." + name)
                                            .collect(joining(", ")),
                                    EVENT,
                                    missing.size() == 1 ? "it" : "them",
                                    advice(project)));
        }
    }

    private static String advice(MigrationProject project) {
        String locations = project.settings().getOrDefault("flyway.locations", "filesystem:db/migration");
        String line = "in %s: %s"
                .formatted(project.place(), project.line("flyway.locations", locations + ",filesystem:" + FOLDER));
        return project.has(FOLDER + "/" + EVENT + ".sql")
                        || project.has(FOLDER + "/" + EVENT + "__redundancy_guard.sql")
                ? "Add the folder of the callbacks, " + line
                : "Let dbopt audit --scaffold --with-guard write the callbacks, and name their folder in flyway.locations, for example "
                        + line;
    }
}
