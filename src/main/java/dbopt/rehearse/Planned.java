package dbopt.rehearse;

import static java.util.Objects.requireNonNull;

import dbopt.queries.ExplainedPlan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How one statement is planned.
 *
 * @param plans by what they were planned for: as it stands, or for any values, the common ones, and those in the middle
 * @param unknown why there is none
 */
record Planned(Map<String, ExplainedPlan> plans, Optional<String> unknown) {
    Planned {
        plans = new LinkedHashMap<>(plans);
        requireNonNull(unknown, "unknown is null");
    }

    static Planned unknown(String why) {
        return new Planned(Map.of(), Optional.of(why));
    }
}
