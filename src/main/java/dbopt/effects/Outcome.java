package dbopt.effects;

import java.util.Locale;

/** How the application's work changed after an index was dropped. */
public enum Outcome {
    WORSE("worse"),
    UNKNOWN("unknown"),
    TOO_EARLY("too early to tell"),
    SAME("the same"),
    BETTER("better"),
    /** The index exists again. */
    TAKEN_BACK("taken back");

    private final String label;

    Outcome(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    /** The code in JSON, such as {@code too-early}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
