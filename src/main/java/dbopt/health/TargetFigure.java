package dbopt.health;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * A target of the clean-up, which is met when the measured figure is at most the goal.
 *
 * @param measured the present figure; empty if unknown
 * @param recorded the figure in the audit; empty if the audit gave none
 * @param counted whether the figure only ever grows, so that it is counted from a recorded snapshot
 * @param detail what the figure is made of; empty if there is nothing to add
 */
record TargetFigure(
        String target,
        Optional<BigDecimal> measured,
        String unit,
        Optional<BigDecimal> recorded,
        BigDecimal goal,
        boolean counted,
        Optional<String> detail) {
    TargetFigure {
        requireNonNull(target, "target is null");
        requireNonNull(measured, "measured is null");
        requireNonNull(unit, "unit is null");
        requireNonNull(recorded, "recorded is null");
        requireNonNull(goal, "goal is null");
        requireNonNull(detail, "detail is null");
    }

    boolean isMet() {
        return measured.filter(value -> value.compareTo(goal) <= 0).isPresent();
    }

    /** Returns this target as counted since the figure of a snapshot. A lower figure than the snapshot's began again at zero. */
    TargetFigure since(BigDecimal snapshot) {
        return new TargetFigure(
                target,
                measured.map(value -> value.compareTo(snapshot) < 0 ? value : value.subtract(snapshot)),
                unit,
                recorded,
                goal,
                counted,
                detail);
    }

    /** Returns a copy with an unknown figure, for the time before there is a snapshot to count from. */
    TargetFigure notCounted() {
        return new TargetFigure(target, Optional.empty(), unit, recorded, goal, counted, detail);
    }

    String verdict() {
        return measured.isEmpty() ? "unknown" : isMet() ? "pass" : "fail";
    }
}
