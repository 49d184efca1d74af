package dbopt.undo;

import static java.util.Comparator.naturalOrder;
import static java.util.function.Predicate.not;

import dbopt.history.LocalMigrations;
import dbopt.history.MigrationMatch.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.extensibility.AppliedMigration;

/**
 * Finds which undone migrations the next {@code migrate} applies again, and says how to prevent that.
 *
 * @param toUndo the migrations that are being undone
 * @param applied the migrations that were applied before the undo
 * @param undoneEarlier the migrations that earlier runs undid, some of which may belong to the same return to an older version
 */
record ComingBack(
        List<AppliedMigration> toUndo,
        List<AppliedMigration> applied,
        List<AppliedMigration> undoneEarlier,
        LocalMigrations local) {
    String text() {
        MigrationVersion oldest = toUndo.stream()
                .map(AppliedMigration::getVersion)
                .min(naturalOrder())
                .orElseThrow();
        Optional<MigrationVersion> newestLeft = applied.stream()
                .filter(not(toUndo::contains))
                .map(AppliedMigration::getVersion)
                .max(naturalOrder());
        List<MigrationVersion> all = Stream.concat(
                        toUndo.stream(),
                        undoneEarlier.stream().filter(row -> row.getVersion().compareTo(oldest) > 0 && isHere(row)))
                .map(AppliedMigration::getVersion)
                .distinct()
                .sorted()
                .toList();
        List<MigrationVersion> absent = toUndo.stream()
                .filter(not(this::isHere))
                .map(AppliedMigration::getVersion)
                .sorted()
                .toList();
        List<MigrationVersion> below = all.stream()
                .filter(not(absent::contains))
                .filter(version -> !local.appliesOutOfOrder()
                        && newestLeft
                                .filter(newest -> version.compareTo(newest) < 0)
                                .isPresent())
                .toList();
        List<MigrationVersion> again = all.stream()
                .filter(not(absent::contains))
                .filter(not(below::contains))
                .toList();
        List<String> lines = new ArrayList<>();
        if (!again.isEmpty()) {
            lines.add(again(again));
        }
        if (!below.isEmpty()) {
            lines.add(
                    "%s %s below V%s, which stays applied: migrate does not apply %s again unless outOfOrder=true (FLYWAY_OUT_OF_ORDER=true), and without that setting, its validation may fail."
                            .formatted(
                                    ScriptNames.list(below.stream()),
                                    below.size() == 1 ? "is" : "are",
                                    newestLeft.orElseThrow(),
                                    below.size() == 1 ? "it" : "them"));
        }
        if (!absent.isEmpty()) {
            lines.add("%s %s not among the migrations here, so migrate from here does not apply %s again."
                    .formatted(
                            ScriptNames.list(absent.stream()),
                            absent.size() == 1 ? "is" : "are",
                            absent.size() == 1 ? "it" : "them"));
        }
        return String.join("\n", lines);
    }

    private boolean isHere(AppliedMigration row) {
        return local.match(row).verdict() != Verdict.ABSENT;
    }

    private String again(List<MigrationVersion> again) {
        String target = applied.stream()
                .filter(not(toUndo::contains))
                .map(AppliedMigration::getVersion)
                .filter(version -> version.compareTo(again.get(0)) < 0)
                .max(naturalOrder())
                .map(MigrationVersion::toString)
                // Flyway wants a question mark after a target that no migration has.
                .orElse("0?");
        return "The next migrate applies %s again, unless its target holds %s: FLYWAY_TARGET=%s (in a configuration file: flyway.target=%s)"
                .formatted(ScriptNames.list(again.stream()), again.size() == 1 ? "it" : "them", target, target);
    }
}
