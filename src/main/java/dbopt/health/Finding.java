package dbopt.health;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * One thing that a check found.
 *
 * @param object what it is about, named as SQL names it
 * @param value the figure that was judged; empty if there is none or it is unknown
 * @param unit of the value, for example {@code bytes}, {@code rows}, {@code ratio}
 * @param fix a statement that puts it right; empty where a person has to judge first
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

    /** What stands for a check that could not be run. */
    static Finding unknown(String reason) {
        return new Finding(Severity.UNKNOWN, THE_CHECK, Optional.empty(), "", reason, Optional.empty());
    }

    boolean isOfTheCheckItself() {
        return severity == Severity.UNKNOWN && object.equals(THE_CHECK);
    }

    /** The value with its unit, for people; not every finding has one, but one that should is unknown. */
    String amount() {
        return value.map(number -> Units.text(number, unit)).orElse(severity == Severity.UNKNOWN ? "unknown" : "-");
    }
}
