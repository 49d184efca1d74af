package dbopt.undo;

import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.extensibility.AppliedMigration;

/**
 * Words the refusal of an undo that lacks scripts: every gap, the file that would fill it, and what can be undone without the
 * missing scripts.
 */
final class MissingUndoScripts {
    private MissingUndoScripts() {}

    /**
     * Returns the message of the refusal.
     *
     * @param toUndo the migrations to undo, newest first
     * @param gaps the migrations of {@code toUndo} that have no undo script, at least one
     * @param first the migration that all others depend on; its undo would drop everything, so the message asks for no undo
     *     script for it
     */
    static String message(
            List<AppliedMigration> toUndo,
            List<AppliedMigration> gaps,
            Optional<AppliedMigration> first,
            UndoScripts scripts) {
        List<AppliedMigration> wanted =
                gaps.stream().filter(gap -> !isFirst(gap, first)).toList();
        if (wanted.isEmpty()) {
            return "Cannot undo %s: it is the first migration, which everything else depends on, and has no undo script, so it cannot be undone. Nothing was changed.\n%s"
                    .formatted(ScriptNames.shortName(gaps.get(0).getVersion()), above(toUndo, gaps.get(0)));
        }
        int width = gaps.stream()
                .mapToInt(gap -> scripts.names().migration(gap).length())
                .max()
                .orElseThrow();
        return gaps.stream()
                .map(gap -> ("  %-" + width + "s  %s")
                        .formatted(
                                scripts.names().migration(gap),
                                isFirst(gap, first)
                                        ? "is the first migration: it cannot be undone"
                                        : expected(gap, scripts)))
                .collect(joining("\n", headline(toUndo, gaps) + "\n", "\n" + wayOut(toUndo, gaps, wanted, scripts)));
    }

    private static String expected(AppliedMigration gap, UndoScripts scripts) {
        return scripts.unseenFile(gap)
                .map(file -> file + " exists, but is in none of Flyway's locations")
                .orElseGet(() -> "expected " + scripts.expectedFile(gap));
    }

    private static boolean isFirst(AppliedMigration gap, Optional<AppliedMigration> first) {
        return first.filter(gap::equals).isPresent();
    }

    private static String above(List<AppliedMigration> toUndo, AppliedMigration first) {
        return toUndo.stream()
                .map(AppliedMigration::getVersion)
                .filter(version -> version.compareTo(first.getVersion()) > 0)
                .min(naturalOrder())
                .map("Everything above it can be undone: flyway undo -target=%s"::formatted)
                .orElse("Nothing above V%s is applied.".formatted(first.getVersion()));
    }

    private static String headline(List<AppliedMigration> toUndo, List<AppliedMigration> gaps) {
        String newest = ScriptNames.shortName(toUndo.get(0).getVersion());
        if (toUndo.size() == 1) {
            return "Cannot undo %s: it has no undo script. Nothing was changed.".formatted(newest);
        }
        return "Cannot undo %s to %s: %s of the %s %s no undo script. Nothing was changed."
                .formatted(
                        newest,
                        ScriptNames.shortName(toUndo.get(toUndo.size() - 1).getVersion()),
                        gaps.size(),
                        toUndo.size(),
                        gaps.size() == 1 ? "has" : "have");
    }

    private static String wayOut(
            List<AppliedMigration> toUndo,
            List<AppliedMigration> gaps,
            List<AppliedMigration> wanted,
            UndoScripts scripts) {
        String write = wayOut(wanted, scripts);
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

    private static String wayOut(List<AppliedMigration> wanted, UndoScripts scripts) {
        long unseen = wanted.stream()
                .filter(gap -> scripts.unseenFile(gap).isPresent())
                .count();
        String add = "Add that folder to flyway.locations (dbopt: --locations lists all of them)";
        String write = wanted.size() - unseen == 1 ? "rite the missing script" : "rite the missing scripts";
        return unseen == 0 ? "W" + write : unseen == wanted.size() ? add : add + "; w" + write;
    }
}
