package dbopt.undo;

import static java.util.Comparator.comparingInt;

import dbopt.history.LocalMigrations;
import dbopt.history.MigrationMatch.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.extensibility.AppliedMigration;

/**
 * Failed migrations of another deployment: neither the migration nor an undo script is here. {@code migrate} warns about such
 * migrations and continues; an undo down to a target skips them in the same way.
 *
 * @param failures the failed migrations that are skipped
 * @param others the other migrations, which are to be undone
 */
record ForeignFailures(List<AppliedMigration> failures, List<AppliedMigration> others) {
    ForeignFailures {
        failures = List.copyOf(failures);
        others = List.copyOf(others);
    }

    /**
     * Finds the foreign failures among the migrations to undo. Without a target only the newest migration is to be undone, so
     * the undo is refused if that migration is a foreign failure.
     */
    static ForeignFailures among(
            List<AppliedMigration> applied, UndoTarget target, UndoScripts scripts, LocalMigrations local) {
        List<AppliedMigration> failures = new ArrayList<>();
        List<AppliedMigration> others = new ArrayList<>();
        for (AppliedMigration migration : target.choose(applied)) {
            boolean foreign = !migration.isSuccess()
                    && !scripts.canUndo(migration)
                    && local.match(migration).verdict() == Verdict.ABSENT
                    && local.mayBeAbsent(migration);
            (foreign ? failures : others).add(migration);
        }
        if (target.oldest().isEmpty() && !failures.isEmpty()) {
            throw new UndoRefusedException(refusal(failures.get(0), applied));
        }
        return new ForeignFailures(failures, others);
    }

    private static String refusal(AppliedMigration failure, List<AppliedMigration> applied) {
        String before = applied.stream()
                .filter(migration ->
                        migration.isSuccess() && !migration.getType().isBaseline())
                .max(comparingInt(AppliedMigration::getInstalledRank))
                .map(newest -> "\nTo undo what was applied before it: flyway undo -target=" + newest.getVersion())
                .orElse("");
        return "Cannot undo %s (%s): it failed, and neither the migration nor an undo script is here. Nothing was changed.%s"
                .formatted(ScriptNames.shortName(failure.getVersion()), failure.getScript(), before);
    }

    /** Returns the note, preceded by a sentence about the skipped failures if there are any. */
    String and(String note) {
        return failures.isEmpty()
                ? note
                : "%s failed and %s not among the migrations here: left as %s, with the failed %s in the schema history.\n%s"
                        .formatted(
                                ScriptNames.list(failures.stream()
                                        .map(AppliedMigration::getVersion)
                                        .sorted()),
                                failures.size() == 1 ? "is" : "are",
                                failures.size() == 1 ? "it is" : "they are",
                                failures.size() == 1 ? "row" : "rows",
                                note);
    }
}
