package dbopt.findings;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * What the observations say for or against the judgement that an index may be dropped.
 *
 * @param about what was looked at: {@code scans} or {@code statements}
 */
public record ReviewEvidence(String about, Says says, String words) {
    /** Which way it weighs. */
    public enum Says {
        FOR,
        AGAINST,
        UNKNOWN;

        /** The name in reports. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public ReviewEvidence {
        requireNonNull(about, "about is null");
        requireNonNull(says, "says is null");
        requireNonNull(words, "words is null");
    }

    /** One line for people to read. */
    public String text() {
        return switch (says) {
            case FOR -> about + " speak for dropping it: " + words;
            case AGAINST -> about + " speak against dropping it: " + words;
            case UNKNOWN -> about + " leave it open: " + words;
        };
    }
}
