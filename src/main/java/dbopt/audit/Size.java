package dbopt.audit;

import java.util.Locale;

/** Sizes as people read them. */
final class Size {
    private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB"};

    private Size() {}

    /** In the largest unit that leaves at least 1, as PostgreSQL counts them: a kB is 1024 bytes. */
    static String of(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1024 && unit < UNITS.length - 1) {
            size /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit < 2 ? "%.0f %s" : "%.1f %s", size, UNITS[unit]);
    }
}
