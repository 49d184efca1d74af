package dbopt.health;

import dbopt.terminal.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The scale of a chart, from zero up in round steps.
 *
 * @param top the highest value of the scale
 * @param marks the values that are marked, from zero to the top
 */
record Axis(double top, List<Double> marks) {
    private static final int MOST_STEPS = 4;
    private static final double[] ROUND = {1, 2, 2.5, 5, 10};
    private static final double THOUSAND = 1000;
    private static final double KILOBYTE = 1024;

    Axis {
        marks = List.copyOf(marks);
    }

    /** Returns a scale for figures up to the highest one. Its steps are round in the unit in which the figures are written. */
    static Axis upTo(double highest, boolean bytes) {
        if (highest <= 0) {
            return new Axis(1, List.of(0.0));
        }
        double step = step(highest / MOST_STEPS, bytes ? unit(highest) : 1);
        List<Double> marks = new ArrayList<>();
        for (int mark = 0; marks.isEmpty() || marks.get(marks.size() - 1) < highest; mark++) {
            marks.add(mark * step);
        }
        return new Axis(marks.get(marks.size() - 1), marks);
    }

    /** The unit in which the highest figure is written, in bytes. */
    private static double unit(double highest) {
        double unit = 1;
        while (highest / unit >= KILOBYTE) {
            unit *= KILOBYTE;
        }
        return unit;
    }

    private static double step(double least, double unit) {
        double power = unit * Math.pow(10, Math.floor(Math.log10(least / unit)));
        for (double round : ROUND) {
            if (round * power >= least) {
                return round * power;
            }
        }
        return 10 * power;
    }

    /** Returns the height of a value, in percent of the chart's height. */
    double height(double value) {
        return 100 * value / top;
    }

    /** Returns a figure as it is written beside the scale. */
    static String text(double value, boolean bytes) {
        if (bytes) {
            return Bytes.text(Math.round(value)).replace(".0 ", " ");
        }
        if (value >= THOUSAND * THOUSAND) {
            return plain(value / THOUSAND / THOUSAND) + " M";
        }
        return value >= 10 ? Units.count(Math.round(value)) : plain(value);
    }

    private static String plain(double value) {
        return String.format(Locale.ROOT, "%.2f", value).replaceFirst("\\.?0+$", "");
    }
}
