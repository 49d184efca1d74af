package dbopt.health;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * One finding of a check.
 *
 * @param object the object that the finding is about, as SQL names it
 * @param value the figure that was judged; empty if there is none or it is unknown
 * @param unit the unit of the value, for example {@code bytes}, {@code rows}, {@code ratio}
 * @param fix a statement that fixes the finding; empty if a person has to judge first
 */
record Finding(
        Severity severity,
        String object,
        Optional<BigDecimal> value,
        String unit,
        String detail,
        Optional<String> fix) {
    private static final String THE_CHECK = "this check";

    Finding {
        requireNonNull(severity, "severity is null");
        requireNonNull(object, "object is null");
        requireNonNull(value, "value is null");
        requireNonNull(unit, "unit is null");
        requireNonNull(detail, "detail is null");
        requireNonNull(fix, "fix is null");
    }

    /** Returns the finding that stands for a check that could not be run. */
    static Finding unknown(String reason) {
        return new Finding(Severity.UNKNOWN, THE_CHECK, Optional.empty(), "", reason, Optional.empty());
    }

    boolean isOfTheCheckItself() {
        return severity == Severity.UNKNOWN && object.equals(THE_CHECK);
    }

    /**
     * The value with its unit, for people; {@code -} if the finding has no value, or {@code unknown} if its severity is
     * unknown.
     */
    String amount() {
        return value.map(number -> Units.text(number, unit)).orElse(severity == Severity.UNKNOWN ? "unknown" : "-");
    }
}
