package dbopt.findings;

import dbopt.terminal.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/** Notes on what to weigh before an index that is proven redundant is dropped. The notes are never part of the proof. */
public final class Advice {
    private static final double MUCH_LARGER = 1.5;
    private static final long LARGE_BYTES = 1024 * 1024;

    private static final String FOREIGN_KEY = "the foreign key ";
    private static final String KEEP_IT = "; keep it";

    private Advice() {}

    /** Whether the note says that a foreign key will depend on the keeper alone once the index is dropped. */
    public static boolean isOfForeignKey(String note) {
        return note.startsWith(FOREIGN_KEY) && note.endsWith(KEEP_IT);
    }

    /**
     * Returns the notes on one finding.
     *
     * @param size the candidate's size in bytes; empty if it is unknown
     * @param servedElsewhere the foreign keys whose columns also lead an index of the table that is neither the keeper nor to
     *     be dropped
     */
    public static List<String> on(
            IndexDetails candidate,
            OptionalLong size,
            IndexDetails keeper,
            Set<String> servedElsewhere,
            ServerState server) {
        List<String> notes = new ArrayList<>();
        long keeperBytes = keeper.sizeBytes().orElse(0);
        double ratio = (double) keeperBytes / Math.max(1, size.orElse(keeperBytes));
        if (ratio >= MUCH_LARGER && keeperBytes >= LARGE_BYTES) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%s has %s, %.1f times as much: a lookup costs the same, a scan of the whole index reads more",
                    keeper.index(),
                    Bytes.text(keeperBytes),
                    ratio));
        }
        notes.add(scans(candidate.scans(), keeper.scans(), keeper.index()) + counted(server.scansCounted()));
        candidate.foreignKeys().stream()
                .filter(foreignKey -> !servedElsewhere.contains(foreignKey))
                .map(foreignKey -> FOREIGN_KEY + foreignKey + " will then depend only on " + keeper.index() + KEEP_IT)
                .forEach(notes::add);
        candidate.statisticsTargets().forEach((column, target) -> {
            if (!target.equals(keeper.statisticsTargets().get(column))) {
                notes.add("its statistics target " + target + " for column " + column + " is lost with it; "
                        + keeper.index() + " has "
                        + (keeper.statisticsTargets().containsKey(column)
                                ? keeper.statisticsTargets().get(column)
                                : "the default"));
            }
        });
        candidate.tablespace().ifPresent(tablespace -> notes.add("it is in tablespace " + tablespace));
        candidate.comment().ifPresent(comment -> notes.add("its comment says: " + comment));
        return notes;
    }

    /** Returns a note on how often an index and its keeper were scanned. */
    public static String scans(long own, long ofKeeper, String keeper) {
        return number(own) + " scans of it, " + number(ofKeeper) + " of " + keeper;
    }

    /** Returns since when scans are counted, as the end of the note. */
    static String counted(String since) {
        return ", counted " + since;
    }

    private static String number(long count) {
        return count < 1000 ? Long.toString(count) : String.format(Locale.ROOT, "%,d", count);
    }
}
