package dbopt.undo;

import static java.util.Comparator.comparingInt;
import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.extensibility.AppliedMigration;

/**
 * How far back an undo goes.
 *
 * @param oldest the oldest version to undo; empty to undo only the newest applied migration
 */
record UndoTarget(Optional<MigrationVersion> oldest) {
    UndoTarget {
        requireNonNull(oldest, "oldest is null");
    }

    /**
     * Returns what Flyway's setting {@code target} means for an undo; the setting's default, latest, stands for the newest
     * migration only.
     */
    static UndoTarget of(MigrationVersion target) {
        if (MigrationVersion.NEXT.equals(target)) {
            throw new UndoRefusedException(
                    """
                    Cannot undo to target=next: next is what migrate would apply. Nothing was changed.
                    Leave target out to undo the newest migration, or give the oldest version to undo: flyway undo -target=3\
                    """);
        }
        boolean newestOnly = target == null
                || MigrationVersion.LATEST.equals(target)
                || MigrationVersion.CURRENT.equals(target)
                || MigrationVersion.EMPTY.equals(target);
        if (!newestOnly && !target.getVersion().matches("[0-9].*")) {
            throw new UndoRefusedException(
                    """
                    Cannot undo to target=%s: that is not the version of a migration. Nothing was changed.
                    Leave target out to undo the newest migration, or give the oldest version to undo: flyway undo -target=3\
                    """
                            .formatted(target.getVersion()));
        }
        return new UndoTarget(newestOnly ? Optional.empty() : Optional.of(target));
    }

    /**
     * Returns the migrations to undo, the one installed last first. A migration below the target stays, whenever it was
     * installed.
     */
    List<AppliedMigration> choose(List<AppliedMigration> applied) {
        List<AppliedMigration> newestFirst = applied.stream()
                .sorted(comparingInt(AppliedMigration::getInstalledRank).reversed())
                .toList();
        return oldest.map(version -> newestFirst.stream()
                        .filter(migration -> migration.getVersion().compareTo(version) >= 0)
                        .toList())
                .orElseGet(() -> newestFirst.stream()
                        .filter(migration -> !migration.getType().isBaseline())
                        .limit(1)
                        .toList());
    }

    /** Returns the command that continues this undo. */
    String command() {
        return "flyway undo" + oldest.map(version -> " -target=" + version).orElse("");
    }
}
