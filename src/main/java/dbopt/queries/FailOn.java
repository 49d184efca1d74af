package dbopt.queries;

import java.util.Collection;
import java.util.Locale;

/** The mildest verdict on which a comparison fails. A query that could not be compared always fails it. */
public enum FailOn {
    SEQUENTIAL(PlanVerdict.SEQUENTIAL),
    MORE_WORK(PlanVerdict.MORE_WORK),
    CHANGED(PlanVerdict.ANOTHER_INDEX);

    private final PlanVerdict first;

    FailOn(PlanVerdict first) {
        this.first = first;
    }

    /** Whether one of the verdicts is this bad or worse. */
    public boolean fails(Collection<PlanVerdict> verdicts) {
        return verdicts.stream().anyMatch(verdict -> verdict.compareTo(first) >= 0);
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
