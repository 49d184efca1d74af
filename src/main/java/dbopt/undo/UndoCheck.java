package dbopt.undo;

import static java.util.stream.Collectors.joining;

import dbopt.history.LocalMigrations;
import dbopt.history.MigrationMatch;
import dbopt.history.MigrationMatch.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.extensibility.AppliedMigration;

/**
 * Checks that the migrations to undo are the ones that were applied, and that each undo script belongs to its migration. The
 * version alone proves neither: the undo script of another migration with that version would succeed and restore nothing.
 */
final class UndoCheck {
    private enum Allowed {
        MOVED("%s: in another folder than when applied, with the same text."),
        ABSENT(
                "%s: not among the migrations here, which ignoreMigrationPatterns allows; undone by the script of that name."),
        FAILED("%s: edited after it failed."),
        UNVALIDATED("%s: not as it was applied, which validateOnMigrate=false allows.");

        private final String words;

        Allowed(String words) {
            this.words = words;
        }
    }

    private final LocalMigrations local;
    private final List<String> problems = new ArrayList<>();
    private final Map<Allowed, List<MigrationVersion>> allowed = new EnumMap<>(Allowed.class);
    private boolean onlyEdited = true;
    private boolean anyAbsent;
    private boolean anyStrangeScript;

    private UndoCheck(LocalMigrations local) {
        this.local = local;
    }

    static UndoCheck of(List<AppliedMigration> toUndo, UndoScripts scripts, LocalMigrations local) {
        UndoCheck check = new UndoCheck(local);
        for (AppliedMigration migration : toUndo) {
            MigrationMatch match = local.match(migration);
            if (check.passes(match)) {
                scripts.scriptFor(migration).ifPresent(script -> check.checkScript(match, script, scripts));
            }
        }
        return check;
    }

    /** Returns the differences that forbid the undo, one a line. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Returns notes on the differences that are allowed. */
    List<String> notes() {
        return allowed.entrySet().stream()
                .map(entry -> entry.getKey()
                        .words
                        .formatted(ScriptNames.list(entry.getValue().stream().sorted())))
                .toList();
    }

    /** Returns what to do about the problems. */
    String advice() {
        List<String> advice = new ArrayList<>();
        if (onlyEdited && !anyStrangeScript) {
            advice.add(
                    "Take the files from version control as they were applied, and undo again. For a difference that is intended and harmless: FLYWAY_VALIDATE_ON_MIGRATE=false");
        } else if (!onlyEdited) {
            advice.add(
                    "The schema history is another project's, or another version's of this one: check the address of the database, and undo in the folder of the project that was deployed, at its version.");
        }
        if (anyAbsent) {
            advice.add(
                    "For migrations that were removed on purpose: FLYWAY_IGNORE_MIGRATION_PATTERNS='*:missing,*:future'");
        }
        if (anyStrangeScript) {
            advice.add(
                    "An undo script has the version and the description of its migration: rename it if it is the right one.");
        }
        return String.join("\n", advice);
    }

    private boolean passes(MigrationMatch match) {
        Verdict verdict = match.verdict();
        boolean passes = local.letsPass(match);
        if (!passes) {
            problems.add(match.difference());
            onlyEdited &= verdict != Verdict.ANOTHER && verdict != Verdict.ABSENT;
            anyAbsent |= verdict == Verdict.ABSENT;
        } else if (verdict != Verdict.SAME) {
            allow(reason(match), match);
        } else if (match.isMoved()) {
            allow(Allowed.MOVED, match);
        }
        return passes;
    }

    private static Allowed reason(MigrationMatch match) {
        if (match.verdict() == Verdict.ABSENT) {
            return Allowed.ABSENT;
        }
        return match.applied().isSuccess() ? Allowed.UNVALIDATED : Allowed.FAILED;
    }

    private void allow(Allowed why, MigrationMatch match) {
        allowed.computeIfAbsent(why, key -> new ArrayList<>())
                .add(match.applied().getVersion());
    }

    private void checkScript(MigrationMatch match, UndoScript script, UndoScripts scripts) {
        if (!match.isUndoneBy(script.getDescription())) {
            anyStrangeScript = true;
            problems.add("%s undoes another migration than %s, by its name (expected %s)"
                    .formatted(
                            script.getScript(),
                            scripts.names().migration(match.applied()),
                            scripts.names().undoScript(match.applied())));
        }
    }

    /** Returns the message of the refusal: the problems, the migrations that have no undo script, and what to do. */
    String message(List<AppliedMigration> toUndo, List<AppliedMigration> gaps, UndoScripts scripts) {
        List<String> lines = new ArrayList<>(problems);
        gaps.forEach(gap -> lines.add(
                scripts.names().migration(gap) + " has no undo script (expected " + scripts.expectedFile(gap) + ")"));
        return lines.stream().map(line -> "  " + line).collect(joining("\n", headline(toUndo) + "\n", "\n" + advice()));
    }

    private static String headline(List<AppliedMigration> toUndo) {
        String newest = ScriptNames.shortName(toUndo.get(0).getVersion());
        return toUndo.size() == 1
                ? "Cannot undo %s: the scripts here are not those of the migration that was applied. Nothing was changed."
                        .formatted(newest)
                : "Cannot undo %s to %s: the scripts here are not those of the migrations that were applied. Nothing was changed."
                        .formatted(
                                newest,
                                ScriptNames.shortName(
                                        toUndo.get(toUndo.size() - 1).getVersion()));
    }
}
