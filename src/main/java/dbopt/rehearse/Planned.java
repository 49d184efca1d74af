package dbopt.rehearse;

import static java.util.Objects.requireNonNull;

import dbopt.queries.ExplainedPlan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The plans of one statement.
 *
 * @param plans the plans by what they are for: the text as it stands; or any values, common values, and values in the middle
 * @param unknown why there is no plan; empty if there is one
 * @param refused whether the server refuses the statement for good, not because of a time-out or a cancelled attempt
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

    /** Returns a copy with a more precise reason. */
    Planned because(String why) {
        return new Planned(plans, Optional.of(why), refused);
    }
}
