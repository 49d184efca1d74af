package dbopt.plans;

import dbopt.queries.Verdict;
import java.util.Locale;

/** From which verdict on a comparison fails. A query that could not be compared always counts: nothing is known of it. */
enum PlansFailOn {
    SEQUENTIAL(Verdict.SEQUENTIAL),
    MORE_WORK(Verdict.MORE_WORK),
    CHANGED(Verdict.ANOTHER_INDEX);

    private final Verdict first;

    PlansFailOn(Verdict first) {
        this.first = first;
    }

    boolean fails(Comparison comparison) {
        return comparison.changes().stream().anyMatch(change -> change.verdict().compareTo(first) >= 0);
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
