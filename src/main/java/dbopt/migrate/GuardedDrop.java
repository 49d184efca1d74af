package dbopt.migrate;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a migration says to the guard: the index it drops, the keeper that makes it redundant, and the definition that
 * its undo script restores. Names are schema-qualified and quoted where SQL needs it.
 */
public record GuardedDrop(String index, String keeper, String definition) {
    private static final String LITERAL = "'((?:[^']|'')*+)'";
    private static final Pattern CALL = Pattern.compile("pg_temp\\.assert_redundant\\(\\s*" + LITERAL
            + "\\s*,\\s*covered_by\\s*=>\\s*" + LITERAL + "\\s*,\\s*definition\\s*=>\\s*" + LITERAL + "\\s*[,)]");

    public GuardedDrop {
        requireNonNull(index, "index is null");
        requireNonNull(keeper, "keeper is null");
        requireNonNull(definition, "definition is null");
    }

    /** Reads the guard's call in a migration; empty if the migration does not call the guard. */
    public static Optional<GuardedDrop> in(String migration) {
        Matcher call = CALL.matcher(migration);
        return call.find()
                ? Optional.of(
                        new GuardedDrop(unquoted(call.group(1)), unquoted(call.group(2)), unquoted(call.group(3))))
                : Optional.empty();
    }

    private static String unquoted(String literal) {
        return literal.replace("''", "'");
    }
}
