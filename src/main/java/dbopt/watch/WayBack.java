package dbopt.watch;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What {@code --undo} may run without a person: what builds indexes, and what takes back settings. No data is lost by it. */
final class WayBack {
    private static final Pattern HARMLESS = Pattern.compile(
            "(create (unique )?index|drop index|analyze|comment on|set|reset|alter table [^(]* (re)?set \\() ?.*"
                    + "|select from pg_temp\\.\\w+ ?\\(.*");

    private WayBack() {}

    /**
     * An undo script on the way.
     *
     * @param name as people name the migration
     * @param statements what the script would run
     */
    record Step(String name, List<String> statements) {
        Step {
            requireNonNull(name, "name is null");
            statements = List.copyOf(statements);
        }

        boolean isHarmless() {
            return statements.stream().allMatch(WayBack::isHarmless);
        }
    }

    /** Those that a person has to decide on. */
    static List<String> undecided(List<Step> steps) {
        return steps.stream().filter(step -> !step.isHarmless()).map(Step::name).toList();
    }

    private static boolean isHarmless(String statement) {
        String plain = statement
                .replaceAll("(?m)--.*$", " ")
                .replaceAll("(?s)/\\*.*?\\*/", " ")
                .replaceAll("\\s+", " ")
                .strip()
                .toLowerCase(Locale.ROOT);
        return HARMLESS.matcher(plain).matches();
    }
}
