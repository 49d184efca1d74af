package dbopt.terminal;

import java.util.Locale;
import java.util.OptionalLong;

/** Sizes for people, in the units that {@code pg_size_pretty} uses (1 kB = 1024 bytes), with one decimal. */
public final class Bytes {
    private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB"};

    private Bytes() {}

    /** Returns the size as {@link #text(long)} writes it, or "unknown" if it is unknown. */
    public static String text(OptionalLong bytes) {
        return bytes.isPresent() ? text(bytes.getAsLong()) : "unknown";
    }

    public static String text(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= 1024 && unit < UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        return unit < 2
                ? Math.round(amount) + " " + UNITS[unit]
                : String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
    }
}
