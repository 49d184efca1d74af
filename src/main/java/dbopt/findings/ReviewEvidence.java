package dbopt.findings;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * What the observations say for or against dropping an index that needs review.
 *
 * @param about the observations in question: {@code scans} or {@code statements}
 */
public record ReviewEvidence(String about, Says says, String words) {
    /** Whether the observations speak for or against dropping the index. */
    public enum Says {
        FOR,
        AGAINST,
        UNKNOWN;

        /** Returns the name of the constant in reports. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public ReviewEvidence {
        requireNonNull(about, "about is null");
        requireNonNull(says, "says is null");
        requireNonNull(words, "words is null");
    }

    /** Returns the evidence as one line for people to read. */
    public String text() {
        return switch (says) {
            case FOR -> about + " support dropping it: " + words;
            case AGAINST -> about + " argue against dropping it: " + words;
            case UNKNOWN -> about + " are inconclusive: " + words;
        };
    }
}
