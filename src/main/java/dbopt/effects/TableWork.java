package dbopt.effects;

/** How a table was used over some hours. */
public record TableWork(double hours, long sequentialScans, long rowsRead, long indexScans, long writes) {
    public double sequentialScansAnHour() {
        return hours == 0 ? 0 : sequentialScans / hours;
    }

    /** Rows read by sequential scans in an hour. */
    public double rowsReadAnHour() {
        return hours == 0 ? 0 : rowsRead / hours;
    }

    /** Rows read by sequential scans for each written row; for a table without writes, all rows read. */
    public double rowsReadAWrite() {
        return rowsRead / (double) Math.max(1, writes);
    }

    double sequentialShare() {
        return sequentialScans / (double) Math.max(1, sequentialScans + indexScans);
    }
}
