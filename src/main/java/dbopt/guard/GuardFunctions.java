package dbopt.guard;

import static java.util.stream.Collectors.joining;

import dbopt.bundled.BundledSql;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The temporary functions that the guard's callbacks create, without what else the callbacks do to a session. */
public final class GuardFunctions {
    private static final Pattern FUNCTION =
            Pattern.compile("(?ms)^create or replace function pg_temp\\..*?^\\$\\$;\\n");

    private GuardFunctions() {}

    /** What a drop calls: statements that create the functions. */
    public static String ofDrops() {
        return in("db/callback/beforeEachMigrate.sql");
    }

    /** What an undo script calls: statements that create the functions. */
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
