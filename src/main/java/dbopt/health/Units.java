package dbopt.health;

import dbopt.terminal.Bytes;
import java.math.BigDecimal;
import java.util.Locale;

/** Figures with their units, for people. */
final class Units {
    private Units() {}

    static String text(BigDecimal value, String unit) {
        return switch (unit) {
            case "bytes" -> Bytes.text(value.longValue());
            case "percent" -> value.toPlainString() + " %";
            case "ratio" -> value.toPlainString();
            case "seconds" -> duration(value.longValue());
            default -> count(value.longValue()) + " " + unit;
        };
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String duration(long seconds) {
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600 ? seconds / 60 + " min" : String.format(Locale.ROOT, "%.1f h", seconds / 3600.0);
    }
}
