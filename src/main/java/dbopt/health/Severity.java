package dbopt.health;

import java.util.Locale;

/** How much a finding matters, the most severe first. */
enum Severity {
    /** Something is broken or will be. */
    CRITICAL,
    /** Worth doing something about soon. */
    WARNING,
    /** Could not be judged, for lack of rights or figures. */
    UNKNOWN,
    /** Worth knowing. */
    INFO,
    /** Nothing was found. */
    OK;

    /** The name in checks, JSON and metrics. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Severity labelled(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
