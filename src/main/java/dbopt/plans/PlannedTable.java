package dbopt.plans;

/**
 * A table as the planner saw it.
 *
 * @param pages the pages of its data at the time of the recording
 * @param rows the estimated number of rows; -1 if the table was never analysed or vacuumed
 * @param visiblePages the pages that a vacuum marked as all-visible, which an index-only scan need not look up
 */
record PlannedTable(long pages, long rows, long visiblePages) {
    /** Up to this many pages a sequential scan costs no more than one or two look-ups in an index. */
    private static final long FEW_PAGES = 16;

    boolean isSmall() {
        return pages <= FEW_PAGES;
    }
}
