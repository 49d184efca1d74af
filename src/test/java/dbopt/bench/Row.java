package dbopt.bench;

import static java.util.Objects.requireNonNull;

/**
 * A measurement next to the one it is compared with, in the same unit and from the same run.
 *
 * @param about the group of rows it belongs to
 */
record Row(String about, String what, double value, String beside, double besideValue, String unit) {
    Row {
        requireNonNull(about, "about is null");
        requireNonNull(what, "what is null");
        requireNonNull(beside, "beside is null");
        requireNonNull(unit, "unit is null");
    }

    double ratio() {
        return value / besideValue;
    }
}
