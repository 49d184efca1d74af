package dbopt.plans;

/**
 * A table as the planner saw it.
 *
 * @param pages of its data, at the time
 * @param rows as estimated; -1 if it was never analysed or vacuumed
 * @param visiblePages marked all-visible by a vacuum: what an index-only scan need not look up
 */
record PlannedTable(long pages, long rows, long visiblePages) {
    /** Up to here one read from end to end costs no more than a look-up or two. */
    private static final long FEW_PAGES = 16;

    boolean isSmall() {
        return pages <= FEW_PAGES;
    }
}
