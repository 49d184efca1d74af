package dbopt.health;

import java.util.Locale;

/** The severity of a finding, the most severe first. */
enum Severity {
    /** Something is broken or will break. */
    CRITICAL,
    /** Something should be done about the finding soon. */
    WARNING,
    /** The check could not judge, for lack of rights or figures. */
    UNKNOWN,
    /** The finding is good to know and calls for no action. */
    INFO,
    /** The check found nothing. */
    OK;

    /** The severity's name in checks, JSON and metrics. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Severity labelled(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
