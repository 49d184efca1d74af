package dbopt.watch;

import dbopt.effects.Outcome;
import java.util.Locale;

/** The mildest outcome on which the command fails. It never fails on a drop for which it is too early to tell. */
enum WatchFailOn {
    WORSE(Outcome.WORSE),
    UNKNOWN(Outcome.UNKNOWN);

    private final Outcome mildest;

    WatchFailOn(Outcome mildest) {
        this.mildest = mildest;
    }

    boolean fails(Outcome outcome) {
        return outcome.compareTo(mildest) <= 0;
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
