package dbopt.undo;

import static java.util.Comparator.comparingInt;

import dbopt.history.LocalMigrations;
import dbopt.history.MigrationMatch.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.extensibility.AppliedMigration;

/**
 * Failed migrations of which nothing is here, neither the migration nor an undo script: another deployment's. {@code
 * migrate} warns of them and goes on; on the way back to a target they are skipped in the same way.
 */
record ForeignFailures(List<AppliedMigration> failures, List<AppliedMigration> others) {
    ForeignFailures {
        failures = List.copyOf(failures);
        others = List.copyOf(others);
    }

    /** Without a target it is the one migration that is asked for, so it is refused. */
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

    /** The note, after what there is to say about these. */
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
