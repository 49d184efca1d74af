package dbopt.watch;

import dbopt.undo.UndoPlan;
import dbopt.undo.UndoRefusedException;
import dbopt.undo.UndoStep;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.flywaydb.core.api.MigrationVersion;

/**
 * Decides what {@code --undo} may run without a person: statements that build or drop indexes and statistics or restore
 * settings. No data is lost by these statements.
 */
final class WayBack {
    private static final Pattern HARMLESS = Pattern.compile(
            "(create (unique )?index|drop index|analyze|comment on|set|reset|alter table [^(]* (re)?set \\() ?.*"
                    + "|alter statistics \\S+ set statistics .*|(create|drop) statistics ?.*"
                    + "|alter index \\S+ alter column \\d+ set statistics .*"
                    + "|select from pg_temp\\.\\w+ ?\\(.*"
                    // this block only reports that the guard is missing
                    + "|do \\$\\$ begin if pg_catalog\\.to_regproc\\(''\\) is null then"
                    + " raise exception using( \\w+ = '',?)+; end if; end \\$\\$;?");

    private static final Pattern LITERAL = Pattern.compile("'(?:[^']|'')*'");

    private WayBack() {}

    /**
     * Requires that an undo costs nothing but time. The undo of a drop also undoes the migrations that are newer.
     *
     * @throws UndoRefusedException if a person has to decide
     */
    static void require(UndoPlan plan, MigrationVersion oldest) {
        List<String> undecided = plan.steps().stream()
                .filter(step -> !step.script().statements().stream().allMatch(WayBack::isHarmless))
                .map(UndoStep::name)
                .toList();
        if (!undecided.isEmpty()) {
            throw new UndoRefusedException(
                    """
                    Not undone: on the way back to V%s, the undo of %s changes more than indexes and settings. Nothing was changed.
                    See what it would run, and decide: dbopt undo --target %s --dry-run"""
                            .formatted(oldest, String.join(", ", undecided), oldest));
        }
    }

    static boolean isHarmless(String statement) {
        String plain = LITERAL.matcher(statement)
                .replaceAll("''")
                .replaceAll("(?m)--.*$", " ")
                .replaceAll("(?s)/\\*.*?\\*/", " ")
                .replaceAll("\\s+", " ")
                .strip()
                .toLowerCase(Locale.ROOT);
        return HARMLESS.matcher(plain).matches();
    }
}
