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
 * @param refused whether the server refuses the statement, and nothing else stood in the way
 */
record Planned(Map<String, ExplainedPlan> plans, Optional<String> unknown, boolean refused) {
    Planned {
        plans = new LinkedHashMap<>(plans);
        requireNonNull(unknown, "unknown is null");
    }

    static Planned of(Map<String, ExplainedPlan> plans) {
        return new Planned(plans, Optional.empty(), false);
    }

    static Planned unknown(String why) {
        return new Planned(Map.of(), Optional.of(why), false);
    }

    static Planned refused(String why) {
        return new Planned(Map.of(), Optional.of(why), true);
    }

    /** A copy with a more precise reason. */
    Planned because(String why) {
        return new Planned(plans, Optional.of(why), refused);
    }
}
