package dbopt.plans;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Lists the differences between two recordings besides the indexes, which may be the reason for another plan. */
final class EnvironmentChanges {
    /** If the share of all-visible pages differs by more than this, a vacuum ran between the recordings, or one is due. */
    private static final double VISIBLE_SHARE = 0.05;

    private EnvironmentChanges() {}

    static List<String> between(Recording before, Recording after) {
        List<String> notes = new ArrayList<>();
        if (!before.server().equals(after.server())) {
            notes.add("PostgreSQL was " + before.server() + ", is " + after.server());
        }
        if (before.measured() != after.measured()) {
            notes.add("run before: " + said(before.measured()) + "; now: " + said(after.measured())
                    + "; the rest is compared by the planner's estimates");
        }
        settings(before.settings(), after.settings(), notes);
        after.tables().forEach((table, now) -> table(table, before.tables().get(table), now, notes));
        return notes;
    }

    private static String said(Recording.Measured measured) {
        return switch (measured) {
            case NOTHING -> "no query";
            case READS -> "the queries that read";
            case EVERYTHING -> "every query";
        };
    }

    private static void settings(Map<String, String> before, Map<String, String> after, List<String> notes) {
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            String then = before.getOrDefault(name, "the default");
            String now = after.getOrDefault(name, "the default");
            if (!then.equals(now)) {
                notes.add(name + " was " + then + ", is " + now);
            }
        }
    }

    private static void table(String table, PlannedTable then, PlannedTable now, List<String> notes) {
        if (now.rows() < 0) {
            notes.add(table + " was never analysed: its plans are guesses (analyze " + table + ")");
        }
        if (then != null && Math.abs(visibleShare(now) - visibleShare(then)) > VISIBLE_SHARE) {
            notes.add("%s had %.0f %% of its pages vacuumed, has %.0f %%: buffers differ for that alone (vacuum %s)"
                    .formatted(table, 100 * visibleShare(then), 100 * visibleShare(now), table));
        }
    }

    private static double visibleShare(PlannedTable table) {
        return (double) table.visiblePages() / Math.max(1, table.pages());
    }
}
