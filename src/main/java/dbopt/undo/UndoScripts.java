package dbopt.undo;

import static java.util.stream.Collectors.toMap;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.extensibility.AppliedMigration;

/** The undo scripts that the configured locations hold, and where a missing one is expected. */
final class UndoScripts {
    private final Map<MigrationVersion, UndoScript> scripts;
    private final ScriptNames names;
    private final Path folder;

    private UndoScripts(Map<MigrationVersion, UndoScript> scripts, ScriptNames names, Path folder) {
        this.scripts = scripts;
        this.names = names;
        this.folder = folder;
    }

    static UndoScripts of(Collection<ResolvedMigration> resolved, Configuration configuration) {
        Map<MigrationVersion, UndoScript> scripts = resolved.stream()
                .filter(UndoScript.class::isInstance)
                .map(UndoScript.class::cast)
                .collect(toMap(UndoScript::getVersion, Function.identity()));
        return new UndoScripts(
                scripts, ScriptNames.of(configuration), folder(scripts.values(), configuration.getLocations()));
    }

    private static Path folder(Collection<UndoScript> scripts, Location... locations) {
        return scripts.stream()
                .map(UndoScript::folder)
                .findFirst()
                .or(() -> Arrays.stream(locations)
                        .map(location -> Path.of(location.getRootPath()))
                        .findFirst())
                .orElse(Path.of(""));
    }

    boolean canUndo(AppliedMigration migration) {
        return scripts.containsKey(migration.getVersion());
    }

    Optional<UndoScript> scriptFor(AppliedMigration migration) {
        return Optional.ofNullable(scripts.get(migration.getVersion()));
    }

    UndoStep stepFor(AppliedMigration migration) {
        return new UndoStep(migration, scripts.get(migration.getVersion()));
    }

    ScriptNames names() {
        return names;
    }

    /** The file that would undo the migration, relative to the current directory if it lies below. */
    String expectedFile(AppliedMigration migration) {
        Path here = Path.of("").toAbsolutePath();
        Path file = folder.resolve(names.undoScript(migration));
        return (file.startsWith(here) ? here.relativize(file) : file).toString().replace('\\', '/');
    }
}
