package dbopt.undo;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.joining;

import dbopt.history.LocalMigrations;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.flywaydb.core.extensibility.AppliedMigration;

/**
 * The undo scripts to run, newest migration first. Making a plan decides everything and changes nothing.
 *
 * @param steps the scripts with their migrations; empty if there is nothing to undo
 * @param note why there is nothing to undo, or how to keep the undone migrations from being applied again
 */
public record UndoPlan(List<UndoStep> steps, String note) {
    public UndoPlan {
        steps = List.copyOf(steps);
    }

    /**
     * Plans the undo.
     *
     * @param applied the migrations that are applied
     * @param undone the migrations that earlier runs undid, and that {@code migrate} did not apply again
     * @throws UndoRefusedException naming every migration that prevents the undo
     */
    static UndoPlan of(
            UndoTarget target,
            List<AppliedMigration> applied,
            List<AppliedMigration> undone,
            UndoScripts scripts,
            LocalMigrations local) {
        ForeignFailures failures = ForeignFailures.among(applied, target, scripts, local);
        List<AppliedMigration> toUndo = failures.others();
        if (toUndo.isEmpty()) {
            return new UndoPlan(List.of(), failures.and(nothingToUndo(target, applied)));
        }
        refuseBaseline(toUndo);
        UndoCheck check = UndoCheck.of(toUndo, scripts, local);
        refuseGaps(toUndo, applied, scripts, check);
        return new UndoPlan(
                toUndo.stream().map(scripts::stepFor).toList(),
                Stream.concat(
                                check.notes().stream(),
                                Stream.of(failures.and(new ComingBack(toUndo, applied, undone, local).text())))
                        .collect(joining("\n")));
    }

    /**
     * Returns the SQL of the plan with its placeholders replaced, as a script that psql could run, but that would not write the
     * schema history.
     */
    public String sql() {
        return steps.stream().map(UndoPlan::sql).collect(joining("\n"));
    }

    private static String sql(UndoStep step) {
        return "-- %s, undone by %s %s%n%s%n"
                .formatted(
                        step.name(),
                        step.script().getScript(),
                        step.script().runsInTransaction() ? "in a transaction" : "outside a transaction",
                        String.join(System.lineSeparator(), step.script().statements()));
    }

    private static String nothingToUndo(UndoTarget target, List<AppliedMigration> applied) {
        return target.oldest()
                .map("Nothing to undo: no migration of version %s or newer is applied."::formatted)
                .orElseGet(() -> applied.stream()
                        .map(baseline -> "Nothing to undo: no migration above baseline %s is applied."
                                .formatted(baseline.getVersion()))
                        .findFirst()
                        .orElse("Nothing to undo: no versioned migration is applied."));
    }

    private static void refuseBaseline(List<AppliedMigration> toUndo) {
        Optional<AppliedMigration> baseline = toUndo.stream()
                .filter(migration -> migration.getType().isBaseline())
                .findFirst();
        if (baseline.isPresent()) {
            String version = baseline.get().getVersion().toString();
            throw new UndoRefusedException(
                    "Cannot undo %s: it is the baseline, which records what the database held before Flyway was introduced, so it cannot be undone. Nothing was changed.%s"
                            .formatted(
                                    ScriptNames.shortName(baseline.get().getVersion()),
                                    aboveBaseline(toUndo, version)));
        }
    }

    private static String aboveBaseline(List<AppliedMigration> toUndo, String baseline) {
        return toUndo.stream()
                .filter(migration -> !migration.getType().isBaseline())
                .map(AppliedMigration::getVersion)
                .min(naturalOrder())
                .map("\nEverything above it can be undone: flyway undo -target=%s"::formatted)
                .orElse("\nNothing above %s is applied.".formatted(baseline));
    }

    private static void refuseGaps(
            List<AppliedMigration> toUndo, List<AppliedMigration> applied, UndoScripts scripts, UndoCheck check) {
        List<AppliedMigration> gaps =
                toUndo.stream().filter(not(scripts::canUndo)).toList();
        if (!check.problems().isEmpty()) {
            throw new UndoRefusedException(check.message(toUndo, gaps, scripts));
        }
        if (!gaps.isEmpty()) {
            throw new UndoRefusedException(MissingUndoScripts.message(toUndo, gaps, first(applied), scripts));
        }
    }

    /** Returns the migration that all others depend on; empty if that is a baseline. */
    private static Optional<AppliedMigration> first(List<AppliedMigration> applied) {
        return applied.stream()
                .min(comparing(AppliedMigration::getVersion))
                .filter(migration -> !migration.getType().isBaseline());
    }
}
