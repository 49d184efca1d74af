package dbopt.guard;

import static java.util.stream.Collectors.joining;

import dbopt.bundled.BundledSql;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The SQL of the temporary functions that the guard's callbacks create, without the other statements of the callbacks. */
public final class GuardFunctions {
    private static final Pattern FUNCTION =
            Pattern.compile("(?ms)^create or replace function pg_temp\\..*?^\\$\\$;\\n");

    private GuardFunctions() {}

    /** The statements that create the functions called by scripts that drop an index. */
    public static String ofDrops() {
        return in("db/callback/beforeEachMigrate.sql");
    }

    /** The statements that create the functions called by undo scripts. */
    public static String ofUndo() {
        return in("db/callback/beforeEachUndo.sql");
    }

    private static String in(String callback) {
        return FUNCTION.matcher(BundledSql.ofClassPath().read(callback))
                .results()
                .map(MatchResult::group)
                .collect(joining("\n"));
    }
}
