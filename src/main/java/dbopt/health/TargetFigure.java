package dbopt.health;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * A target of the clean-up: met when what was measured is no more than the goal.
 *
 * @param measured empty if unknown
 * @param recorded what the audit found; empty if it gave no figure
 * @param counted whether the figure only ever grows, so that it is counted from a recorded snapshot
 * @param detail what the figure is made of; empty where there is nothing to tell
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

    /** The same, counted from the figure of a snapshot; a smaller figure than that began again. */
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

    /** A copy for the time before there is a snapshot to count from. */
    TargetFigure notCounted() {
        return new TargetFigure(target, Optional.empty(), unit, recorded, goal, counted, detail);
    }

    String verdict() {
        return measured.isEmpty() ? "unknown" : isMet() ? "pass" : "fail";
    }
}
