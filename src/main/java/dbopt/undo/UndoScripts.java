package dbopt.undo;

import static java.util.stream.Collectors.toMap;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.extensibility.AppliedMigration;

/** The undo scripts in the configured locations, and the places where a missing script is expected. */
final class UndoScripts {
    private final Map<MigrationVersion, UndoScript> scripts;
    private final ScriptNames names;
    private final List<Path> locations;

    private UndoScripts(Map<MigrationVersion, UndoScript> scripts, ScriptNames names, List<Path> locations) {
        this.scripts = scripts;
        this.names = names;
        this.locations = List.copyOf(locations);
    }

    static UndoScripts of(Collection<ResolvedMigration> resolved, Configuration configuration) {
        Map<MigrationVersion, UndoScript> scripts = resolved.stream()
                .filter(UndoScript.class::isInstance)
                .map(UndoScript.class::cast)
                .collect(toMap(UndoScript::getVersion, Function.identity()));
        return new UndoScripts(
                scripts,
                ScriptNames.of(configuration),
                Arrays.stream(configuration.getLocations())
                        .map(location -> Path.of(location.getRootPath()))
                        .toList());
    }

    /** Returns the folder of the undo scripts; if there are none, the location that holds the migration. */
    private Path folder(AppliedMigration migration) {
        return scripts.values().stream()
                .map(UndoScript::folder)
                .findFirst()
                .or(() -> locations.stream()
                        .filter(location -> holds(location, migration))
                        .findFirst())
                .or(() -> locations.stream().findFirst())
                .orElse(Path.of(""));
    }

    /**
     * Whether the location holds the migration's file. The recorded path begins at the location by which the migration was
     * applied, which may have been another one.
     */
    private static boolean holds(Path location, AppliedMigration migration) {
        Path script = Path.of(migration.getScript());
        return Files.exists(location.resolve(script)) || Files.exists(location.resolve(script.getFileName()));
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

    /** Returns the path of the file that would undo the migration, relative to the current directory if the file is below it. */
    String expectedFile(AppliedMigration migration) {
        return shown(folder(migration).resolve(names.undoScript(migration)));
    }

    /**
     * Returns the file that would undo the migration, if it is in a folder {@code undo} beside the location, where the scaffold
     * writes it and Flyway does not look.
     */
    Optional<String> unseenFile(AppliedMigration migration) {
        Path beside = folder(migration).resolveSibling("undo").resolve(names.undoScript(migration));
        return Optional.of(beside).filter(Files::isRegularFile).map(UndoScripts::shown);
    }

    private static String shown(Path file) {
        Path here = Path.of("").toAbsolutePath();
        return (file.startsWith(here) ? here.relativize(file) : file).toString().replace('\\', '/');
    }
}
