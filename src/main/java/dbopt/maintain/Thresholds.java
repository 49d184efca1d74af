package dbopt.maintain;

/**
 * Decides when a table needs work: once the changes, or the dead rows, exceed a base and a share of the table's rows. The
 * shares are half of autovacuum's defaults, so that a maintenance window leaves autovacuum nothing urgent.
 */
final class Thresholds {
    static final long BASE_ROWS = 50;
    static final double CHANGED_SHARE = 0.05;
    static final double DEAD_SHARE = 0.10;

    /**
     * The fewest pages for which a first VACUUM is worth while; a smaller table that was never vacuumed is left to
     * autovacuum.
     */
    static final long PAGES_WORTH_A_FIRST_VACUUM = 128;

    private Thresholds() {}

    static boolean stale(TableState table) {
        return table.changes() > BASE_ROWS + CHANGED_SHARE * table.liveRows();
    }

    static boolean bloated(TableState table) {
        return table.deadRows() > BASE_ROWS + DEAD_SHARE * table.liveRows();
    }

    static String text() {
        return String.format(
                "stale: changes of more than %d rows and %.0f %%; dead rows: more than %1$d and %.0f %%",
                BASE_ROWS, CHANGED_SHARE * 100, DEAD_SHARE * 100);
    }
}
