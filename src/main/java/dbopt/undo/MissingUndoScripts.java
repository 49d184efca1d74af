package dbopt.undo;

import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.joining;

import java.util.List;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.extensibility.AppliedMigration;

/** The words for an undo that lacks scripts: every gap, the file that would fill it, and what can be undone without. */
final class MissingUndoScripts {
    private MissingUndoScripts() {}

    /**
     * @param toUndo newest first
     * @param gaps those of them that have no undo script, at least one
     */
    static String message(List<AppliedMigration> toUndo, List<AppliedMigration> gaps, UndoScripts scripts) {
        int width = gaps.stream()
                .mapToInt(gap -> scripts.names().migration(gap).length())
                .max()
                .orElseThrow();
        return gaps.stream()
                .map(gap -> ("  %-" + width + "s  expected %s")
                        .formatted(scripts.names().migration(gap), scripts.expectedFile(gap)))
                .collect(joining("\n", headline(toUndo, gaps) + "\n", "\n" + wayOut(toUndo, gaps)));
    }

    private static String headline(List<AppliedMigration> toUndo, List<AppliedMigration> gaps) {
        String newest = ScriptNames.shortName(toUndo.get(0).getVersion());
        if (toUndo.size() == 1) {
            return "Cannot undo %s: it has no undo script. Nothing was changed.".formatted(newest);
        }
        return "Cannot undo %s to %s: %d of the %d %s no undo script. Nothing was changed."
                .formatted(
                        newest,
                        ScriptNames.shortName(toUndo.get(toUndo.size() - 1).getVersion()),
                        gaps.size(),
                        toUndo.size(),
                        gaps.size() == 1 ? "has" : "have");
    }

    private static String wayOut(List<AppliedMigration> toUndo, List<AppliedMigration> gaps) {
        String write = gaps.size() == 1 ? "Write the missing script" : "Write the missing scripts";
        MigrationVersion newestGap = gaps.stream()
                .map(AppliedMigration::getVersion)
                .max(naturalOrder())
                .orElseThrow();
        List<MigrationVersion> undoable = toUndo.stream()
                .map(AppliedMigration::getVersion)
                .filter(version -> version.compareTo(newestGap) > 0)
                .toList();
        return undoable.stream()
                .min(naturalOrder())
                .map(oldest -> "%s, or undo only %s: flyway undo -target=%s"
                        .formatted(write, ScriptNames.list(undoable.stream()), oldest))
                .orElse(write + ".");
    }
}
