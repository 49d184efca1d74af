package dbopt.watch;

import dbopt.effects.Outcome;
import java.util.Locale;

/** Which outcome makes the command fail. What it is too early to tell never does. */
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

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
